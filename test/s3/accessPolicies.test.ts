import { UploadPartCommand } from '@aws-sdk/client-s3';
import type { Policy } from '../../nodes/AwsS3/operations/access/policy';
import { servers } from '../../nodes/AwsS3/s3/capabilities';
import { apiOf } from '../support/apiOf';
import { sends } from '../support/awsPermissions';
import { lacks } from '../support/lacks';
import { pollInRounds } from '../support/pollInRounds';
import { startProxy } from '../support/proxy';
import { allow, credentials, makeBucket, makeUser, one, refusal, s3, sdk, server } from '../support/s3';
import { idOf, itemsWithFile, makePlace, newBucket, startWebsite, tries } from '../support/tries';

/**
 * Each operation runs with its default options, and with no permissions but those of the policy that is generated for it.
 * It takes the server for AWS, which needs other requests than servers that lack something. The requests are those of the
 * table from which `test/unit/leastPrivilege.test.ts` takes the documented minimum.
 */
const [aws] = servers.filter(({ id }) => id === 'aws');
if (aws) servers.unshift({ ...aws, hosts: /^127\.0\.0\.1$/ });

/** Parameters of the tries that are not defaults, or need more than defaults do. */
const defaults: Record<string, object> = {
	'bucket.delete': { options: {} },
	'bucket.empty': { contents: 'objects' },
	'folder.getStatistics': { options: {} },
	'object.copy': { onConflict: 'overwrite' },
	'object.getAll': { options: {} },
	'object.upload': { onConflict: 'overwrite' },
	'transfer.analyze': { options: {} },
};

/** `Settings` or options that go with parameters which no run can do without. */
const chosen: Record<string, object> = {
	'bucketSetting.delete': { settings: ['cors'] },
	'bucketSetting.set': { settings: ['tagging'] },
	'object.deleteMany': { alsoAllow: ['byPrefix'] },
	'transfer.run that moves': { alsoAllow: ['transfer'] },
};

/** What AWS's API is asked for besides, by these parameters. */
const more: Record<string, string[]> = {
	// What it asks the destination, which may refuse to answer.
	'transfer.plan': [
		...['HeadBucket', 'GetBucketVersioning', 'GetObjectLockConfiguration', 'GetBucketOwnershipControls'],
		...['GetBucketEncryption', 'UploadPart'],
	],
	'bucketSetting.delete': ['DeleteBucketCors'],
	'bucketSetting.set': ['PutBucketTagging'],
	'object.deleteMany': ['ListObjectsV2'],
	'transfer.confirm': ['HeadObject'],
	'transfer.run for another system': ['GetObject', 'HeadObject: with checksums'],
	'transfer.run that moves': ['DeleteObject', 'HeadObject: with checksums'],
};

/**
 * They report what is denied, send nothing, or need what no policy of a bucket or no local server has: Ceph lets only the owner of a
 * bucket see and set its notifications.
 */
const elsewhere =
	/^(presignedUrl|access)\.|^bucket\.(create|getAll|get)$|^bucketSetting\.setNotification$|^object\.(getAttributes|restore)$/;

// Ceph refuses the condition with which a job replaces its state, which AWS takes: `s3/permissions` runs a job.
const tried = Object.entries(tries).filter(
	([name]) => !elsewhere.test(name) && !/another connection|that compares|of a job/.test(name),
);

let website: string;
let user: Awaited<ReturnType<typeof makeUser>>;
beforeAll(async () => {
	website = await startWebsite();
	user = await makeUser();
});

test.each(tried)(
	'%s runs with the generated policy, and sends what the table says',
	async (name, [, needs, parameters]) => {
		const id = idOf(name);
		const bucket = await newBucket(name === 'bucket.delete' ? [] : needs);
		const place = await makePlace(name === 'bucket.delete' ? [] : needs, bucket, 1, website);
		if (id === 'multipartUpload.complete') {
			const part = { Bucket: bucket, Key: `${place.folder}/unfinished`, UploadId: place.uploadId, PartNumber: 1 };
			await sdk.send(new UploadPartCommand({ ...part, Body: 'x' }));
		}
		const { policy } = await one('access.generatePolicy', {
			...{ kind: 'operations', operations: [id], bucket },
			...(chosen[name] ?? chosen[id]),
		});
		const { Statement } = policy as unknown as Policy;
		const understood = Statement.map(({ Sid, Action, Resource = [] }) => ({
			Action: Action.filter((action) => !lacks.unknownActions.test(action)),
			Resource:
				lacks.deleteManyByObjects && Sid === 'Objects' && Action.some((action) => /DeleteObject/.test(action))
					? [...Resource, `arn:aws:s3:::${bucket}`]
					: Resource,
		})).filter(({ Action }) => Action.length > 0);
		await allow(bucket, user.name, understood);
		const between = await startProxy(server.endpoint);
		const { name: _name, ...keys } = user;
		const run = s3(
			id as `${string}.${string}`,
			{ bucket, ...parameters(place), ...defaults[id] },
			{
				connection: { ...keys, endpoint: between.url },
				...(needs.includes('file') && { items: await itemsWithFile() }),
			},
		);
		if (lacks.copiedPartByPolicy && id === 'multipartUpload.copyPart')
			expect((await refusal(run)).message).toContain('denied');
		else await run;
		const asked = [...new Set(between.requests.flatMap(apiOf))];
		expect(asked.length).toBeGreaterThan(0);
		const known = [...(sends[id] ?? []), ...(more[name] ?? more[id] ?? [])];
		expect(asked.filter((api) => !known.includes(api))).toEqual([]);
	},
);

test('the polling trigger runs with the generated policy', async () => {
	const bucket = await makeBucket();
	const chosenOptions = { operations: ['awsS3Trigger'], alsoAllow: ['join', 'versions'] };
	const { policy } = await one('access.generatePolicy', { kind: 'operations', ...chosenOptions, bucket });
	const { name, ...keys } = user;
	const poll = async () =>
		await pollInRounds(bucket, { ...credentials, ...keys }, { join: ['content', 'metadata', 'tags'], onlyClean: true });
	expect((await refusal(poll())).message).toContain('denied');
	const { Statement } = policy as unknown as Policy;
	await allow(
		bucket,
		name,
		Statement.map(({ Action, Resource }) => ({ Action, Resource })),
	);
	await poll();
});
