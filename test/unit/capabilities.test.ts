import { expectedAnswer, subresources } from '../../nodes/AwsS3/s3/answers/subresources';
import type { Connection } from '../../nodes/AwsS3/s3/connection';
import { bucketSettings } from '../../nodes/AwsS3/s3/settings/bucketSettings';
import {
	capabilitiesOf,
	hasSubresource,
	learnRefusal,
	learnServer,
	serverOf,
	servers,
} from '../../nodes/AwsS3/s3/capabilities';

describe('serverOf recognises a server', () => {
	test.each([
		[undefined, 'aws'],
		['https://s3.eu-central-1.amazonaws.com', 'aws'],
		['https://bucket.vpce-1a2b3c4d-5e6f.s3.us-east-1.vpce.amazonaws.com', 'aws'],
		['https://accesspoint.vpce-1a2b3c4d-5e6f.s3.us-east-1.vpce.amazonaws.com', 'aws'],
		['https://s3-accelerate.amazonaws.com', 'aws'],
		['https://mine-111122223333.s3-accesspoint.eu-west-1.amazonaws.com', 'aws'],
		['https://s3.cn-north-1.amazonaws.com.cn', 'aws'],
		['https://bucket--use1-az1--x-s3.s3express-use1-az1.us-east-1.amazonaws.com', 'aws'],
		['https://s3-fips.dualstack.us-east-2.amazonaws.com', 'aws'],
		['https://s3-1234567890.us-east-1.elb.amazonaws.com', 'unknown'],
		['http://ec2-203-0-113-25.compute-1.amazonaws.com:9000', 'unknown'],
		['https://amazonaws.com.example.org', 'unknown'],
		['https://s3.myamazonaws.com', 'unknown'],
		['https://0123456789abcdef.r2.cloudflarestorage.com', 'r2'],
		['https://0123456789abcdef.eu.r2.cloudflarestorage.com', 'r2'],
		['https://s3.us-west-004.backblazeb2.com', 'b2'],
		['https://s3.eu-central-1.wasabisys.com', 'wasabi'],
		['https://fra1.digitaloceanspaces.com', 'ceph'],
		['https://fsn1.your-objectstorage.com', 'ceph'],
		['http://127.0.0.1:9000', 'unknown'],
	])('by its address: %s is %s', (endpoint, id) => {
		expect(serverOf({ endpoint }).id).toBe(id);
	});

	test.each([
		[{ server: 'MinIO', 'x-amz-request-id': '18EAC4C4C2A5684A' }, 'minio'],
		[{ server: 'VERSITYGW' }, 'versitygw'],
		[{ 'x-amz-request-id': 'tx00000c6164b37aaf28037-006b049a0b-102f-default' }, 'ceph'],
		[{ 'x-rgw-object-type': 'Normal' }, 'ceph'],
		[{ server: 'nginx' }, 'unknown'],
		[{}, 'unknown'],
	])('by its response headers: %p is %s', (headers, id) => {
		const endpoint = `http://said-${JSON.stringify(headers).length}.example.com`;
		learnServer(endpoint, headers);
		expect(serverOf({ endpoint }).id).toBe(id);
	});

	test('by its address rather than by its headers', () => {
		const endpoint = 'https://s3.eu-central-1.amazonaws.com';
		learnServer(endpoint, { server: 'MinIO' });
		expect(serverOf({ endpoint }).id).toBe('aws');
	});
});

test('remembers a rejected feature for an hour, for this address only', () => {
	jest.useFakeTimers();
	const endpoint = 'http://refuses.example.com';
	learnServer(endpoint, { server: 'MinIO' });
	expect(capabilitiesOf({ endpoint }).conditionalPut).toBe('yes');
	learnRefusal({ endpoint }, 'conditionalPut');
	expect(capabilitiesOf({ endpoint })).toMatchObject({ conditionalPut: 'no', conditionalComplete: 'yes' });
	expect(capabilitiesOf({ endpoint: 'http://other.example.com' }).conditionalPut).toBe('unknown');
	jest.advanceTimersByTime(61 * 60_000);
	expect(capabilitiesOf({ endpoint }).conditionalPut).toBe('yes');
	jest.useRealTimers();
});

test('ignores a rejected feature of AWS', () => {
	learnRefusal({ endpoint: undefined }, 'conditionalPut');
	expect(capabilitiesOf({ endpoint: undefined }).conditionalPut).toBe('yes');
});

test.each(servers)('$name names its sources', ({ sources }) => {
	expect(sources.length).toBeGreaterThan(0);
});

describe('subresources', () => {
	test.each([
		['GetBucketAccelerateConfiguration', 'AccelerateConfiguration', true],
		['GetBucketAccelerateConfiguration', 'GetBucketAccelerateConfigurationResponse', true],
		['GetBucketNotificationConfiguration', 'GetBucketNotificationResponse', true],
		['GetBucketAccelerateConfiguration', 'GetBucketNotificationResponse', false],
		['GetBucketAccelerateConfiguration', 'ListBucketResult', false],
		['GetBucketAccelerateConfiguration', 'xAccelerateConfiguration', false],
	])('an answer to %s may begin with %s: %p', (operation, root, accepted) => {
		const answer = expectedAnswer({ connection: { endpoint: 'http://192.0.2.1:9000' } as Connection, operation });
		expect(answer?.root?.test(root)).toBe(accepted);
	});

	const ids = subresources.map(({ id }) => id);

	test('have ids of their own, and servers have no others', () => {
		expect(new Set(ids).size).toBe(ids.length);
		const had = servers.flatMap(({ has = [] }) => (has === 'all' ? [] : has));
		expect(had.filter((id) => !ids.includes(id))).toEqual([]);
	});

	test('are all known to Amazon S3, which is never asked first, and whose answers may have any root', () => {
		for (const endpoint of [undefined, 'https://s3.eu-central-1.amazonaws.com']) {
			expect(ids.filter((id) => !hasSubresource({ endpoint }, id))).toEqual([]);
			const connection = { endpoint, region: 'eu-central-1', accessKeyId: 'key', secretAccessKey: 'not-secret' };
			expect(expectedAnswer({ connection, operation: 'GetObjectTagging' })).toEqual({ name: 'tags of objects' });
		}
	});

	test('are asked of every server that is not known', () => {
		expect(ids.filter((id) => hasSubresource({ endpoint: 'http://server.example.com' }, id))).toEqual([]);
	});

	test('have an answer to each request that reads them, and requests that change them', () => {
		const endpoint = 'http://server.example.com';
		const connection = { endpoint, region: 'eu-central-1', accessKeyId: 'key', secretAccessKey: 'not-secret' };
		for (const { reads, writes, action } of subresources) {
			for (const operation of Object.keys(reads))
				expect(expectedAnswer({ connection, operation })?.root).toBeInstanceOf(RegExp);
			expect(writes.length).toBeGreaterThan(0);
			expect(action).toMatch(/^s3:(Get|List)[A-Za-z]+$/);
		}
	});

	test('are there for every setting of buckets that can be changed, with the same permission', () => {
		const actions = subresources.map(({ action }) => action);
		const needed = bucketSettings.flatMap(({ set, permission }) => (set ? [`s3:Get${permission}`] : []));
		expect(needed.filter((action) => !actions.includes(action))).toEqual([]);
	});
});
