import { MalformedEvent, eventsIn } from '../../nodes/AwsS3/s3/events/parseEvents';
import { seenEvents } from '../../nodes/AwsS3/s3/events/seenEvents';
import { scanVerdict } from '../../nodes/AwsS3/s3/changes/malwareScan';

/** As the guide of S3 shows it. https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html */
const record = (more: object = {}, object: object = {}) => ({
	eventVersion: '2.1',
	eventSource: 'aws:s3',
	awsRegion: 'us-west-2',
	eventTime: '1970-01-01T00:00:00.000Z',
	eventName: 'ObjectCreated:Put',
	userIdentity: { principalId: 'AIDAJDPLRKLG7UEXAMPLE' },
	requestParameters: { sourceIPAddress: '172.16.0.1' },
	responseElements: {
		'x-amz-request-id': 'C3D13FE58DE4C810',
		'x-amz-id-2': 'FMyUVURIY8/IgAtTv8xRjskZQpcIZ9KG4V5Wp6S7S/JRWeUWerMUE5JgHvANOjpD',
	},
	s3: {
		s3SchemaVersion: '1.0',
		configurationId: 'testConfigRule',
		bucket: {
			name: 'amzn-s3-demo-bucket',
			ownerIdentity: { principalId: 'A3NL1KOZZKExample' },
			arn: 'arn:aws:s3:::amzn-s3-demo-bucket',
		},
		object: {
			key: 'HappyFace.jpg',
			size: 1024,
			eTag: 'd41d8cd98f00b204e9800998ecf8427e',
			versionId: '096fKKXTRTtl3on89fVO.nfljtsv6qko',
			sequencer: '0055AED6DCD90281E5',
			...object,
		},
	},
	...more,
});

const s3Message = (more: object = {}, object: object = {}) => JSON.stringify({ Records: [record(more, object)] });

const throughSns = (Message: string) =>
	JSON.stringify({
		Type: 'Notification',
		MessageId: '22b80b92-fdea-4c2c-8f9d-bdfb0c7bf324',
		TopicArn: 'arn:aws:sns:us-west-2:123456789012:MyTopic',
		Subject: 'Amazon S3 Notification',
		Message,
		Timestamp: '2012-05-02T00:54:06.655Z',
	});

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/ev-events.html */
const bridge = (type: string, detail: object = {}, object: object = {}) =>
	JSON.stringify({
		version: '0',
		id: '17793124-05d4-b198-2fde-7ededc63b103',
		'detail-type': type,
		source: 'aws.s3',
		account: '111122223333',
		time: '2021-11-12T00:00:00Z',
		region: 'ca-central-1',
		resources: ['arn:aws:s3:::amzn-s3-demo-bucket1'],
		detail: {
			version: '0',
			bucket: { name: 'amzn-s3-demo-bucket1' },
			object: {
				key: 'example key+%20',
				size: 5,
				etag: 'b1946ac92492d2347c6235b4d2611184',
				'version-id': 'IYV3p45BT0ac8hjHg1houSdS1a.Mro8e',
				sequencer: '617f08299329d189',
				...object,
			},
			'request-id': 'N4N7GDK58NMKJ12R',
			...detail,
		},
	});

const happyFace = {
	event: 'created',
	eventName: 'ObjectCreated:Put',
	bucket: 'amzn-s3-demo-bucket',
	key: 'HappyFace.jpg',
	size: 1024,
	etag: 'd41d8cd98f00b204e9800998ecf8427e',
	versionId: '096fKKXTRTtl3on89fVO.nfljtsv6qko',
	sequencer: '0055AED6DCD90281E5',
	eventTime: '1970-01-01T00:00:00.000Z',
	region: 'us-west-2',
	id: 'C3D13FE58DE4C810',
};

test.each([
	['of S3', s3Message()],
	['through SNS', throughSns(s3Message())],
	['through two topics', throughSns(throughSns(s3Message()))],
])('an event %s', (_, message) => expect(eventsIn(message)).toEqual([happyFace]));

const bridged = {
	event: 'created',
	eventName: 'ObjectCreated:CompleteMultipartUpload',
	bucket: 'amzn-s3-demo-bucket1',
	// EventBridge does not encode keys.
	key: 'example key+%20',
	size: 5,
	etag: 'b1946ac92492d2347c6235b4d2611184',
	versionId: 'IYV3p45BT0ac8hjHg1houSdS1a.Mro8e',
	sequencer: '617f08299329d189',
	eventTime: '2021-11-12T00:00:00Z',
	region: 'ca-central-1',
	id: '17793124-05d4-b198-2fde-7ededc63b103',
};

test.each([
	['EventBridge', bridge('Object Created', { reason: 'CompleteMultipartUpload' })],
	['EventBridge and SNS', throughSns(bridge('Object Created', { reason: 'CompleteMultipartUpload' }))],
])('an event through %s', (_, message) => expect(eventsIn(message)).toEqual([bridged]));

test.each([
	['Object Deleted', { 'deletion-type': 'Permanently Deleted', reason: 'DeleteObject' }, 'deleted'],
	['Object Deleted', { 'deletion-type': 'Delete Marker Created', reason: 'DeleteObject' }, 'deleteMarkerCreated'],
	['Object Deleted', { 'deletion-type': 'Delete Marker Created', reason: 'Lifecycle Expiration' }, 'expired'],
	['Object Restore Initiated', { 'source-storage-class': 'GLACIER' }, 'restoreInitiated'],
	['Object Restore Completed', { 'source-storage-class': 'GLACIER' }, 'restored'],
	['Object Restore Expired', {}, 'restoreExpired'],
	['Object Storage Class Changed', { 'destination-storage-class': 'GLACIER' }, 'storageClassChanged'],
	['Object Access Tier Changed', { 'destination-access-tier': 'DEEP_ARCHIVE_ACCESS' }, 'archived'],
	['Object ACL Updated', {}, 'aclChanged'],
	['Object Tags Added', {}, 'tagsChanged'],
	['Object Tags Deleted', {}, 'tagsChanged'],
])('EventBridge: %s %j is %s', (type, detail, event) => {
	expect(eventsIn(bridge(type, detail))).toEqual([expect.objectContaining({ event })]);
});

test.each([
	['ObjectCreated:Copy', 'created'],
	['ObjectCreated:CompleteMultipartUpload', 'created'],
	['ObjectRemoved:Delete', 'deleted'],
	['ObjectRemoved:DeleteMarkerCreated', 'deleteMarkerCreated'],
	['ObjectRestore:Post', 'restoreInitiated'],
	['ObjectRestore:Completed', 'restored'],
	['ObjectRestore:Delete', 'restoreExpired'],
	['ObjectTagging:Put', 'tagsChanged'],
	['ObjectTagging:Delete', 'tagsChanged'],
	['ObjectAcl:Put', 'aclChanged'],
	['LifecycleExpiration:Delete', 'expired'],
	['LifecycleExpiration:DeleteMarkerCreated', 'expired'],
	['LifecycleTransition', 'storageClassChanged'],
	['IntelligentTiering', 'archived'],
	['Replication:OperationFailedReplication', 'replicationFailed'],
	['Replication:OperationMissedThreshold', 'replicationDelayed'],
])('S3: %s is %s', (eventName, event) => {
	expect(eventsIn(s3Message({ eventName }))).toEqual([expect.objectContaining({ event, eventName })]);
});

test('what is gone has no size and no ETag, whatever the server sends', () => {
	const [event] = eventsIn(s3Message({ eventName: 'ObjectRemoved:Delete' }, { size: 0, eTag: '' }));
	expect(event).not.toHaveProperty('size');
	expect(event).not.toHaveProperty('etag');
});

test.each([
	['a+b+c.txt', 'a b c.txt'],
	['a%2Bb.txt', 'a+b.txt'],
	['red+flower.jpg', 'red flower.jpg'],
	['%E6%97%A5%E6%9C%AC/%F0%9F%98%80', '日本/😀'],
	['100%', '100%'],
])('the key %s is %s', (key, decoded) => {
	expect(eventsIn(s3Message({}, { key }))[0]?.key).toBe(decoded);
});

/** What MinIO of 2026-02-12 posts. */
const minio = {
	EventName: 's3:ObjectCreated:Put',
	Key: 'incoming/a b.csv',
	Records: [
		{
			eventVersion: '2.0',
			eventSource: 'minio:s3',
			awsRegion: '',
			eventTime: '2026-11-27T00:00:00.000Z',
			eventName: 's3:ObjectCreated:Put',
			responseElements: { 'x-amz-request-id': '187B' },
			s3: {
				bucket: { name: 'incoming' },
				object: {
					key: 'a+b.csv',
					size: 3,
					eTag: '900150983cd24fb0d6963f7d28e17f72',
					contentType: 'text/csv',
					userMetadata: { 'content-type': 'text/csv', 'X-Amz-Meta-Origin': 'shop' },
					sequencer: '187B0AE8A0C7D9D2',
				},
			},
		},
	],
};

test('an event of MinIO', () => {
	expect(eventsIn(minio)).toEqual([
		{
			...{ event: 'created', eventName: 'ObjectCreated:Put', bucket: 'incoming', key: 'a b.csv', size: 3 },
			...{ etag: '900150983cd24fb0d6963f7d28e17f72', metadata: { Origin: 'shop' }, id: '187B' },
			...{ sequencer: '187B0AE8A0C7D9D2', eventTime: '2026-11-27T00:00:00.000Z' },
		},
	]);
});

test.each([
	['the test of a new notification', JSON.stringify({ Service: 'Amazon S3', Event: 's3:TestEvent', Bucket: 'b' })],
	['the same through SNS', throughSns(JSON.stringify({ Service: 'Amazon S3', Event: 's3:TestEvent' }))],
	['a read that MinIO tells of', s3Message({ eventName: 's3:ObjectAccessed:Get' })],
	['an event of EventBridge about something else', bridge('Object Something')],
	['no records', JSON.stringify({ Records: [] })],
])('%s is no event', (_, message) => expect(eventsIn(message)).toEqual([]));

test.each([
	['text', 'hello'],
	['a list', '[]'],
	['a number', '1'],
	['another object', '{"hello":"world"}'],
	['a record without a key', JSON.stringify({ Records: [{ eventName: 'ObjectCreated:Put', s3: {} }] })],
	['a record that is none', JSON.stringify({ Records: [1] })],
	['text through SNS', throughSns('hello')],
	['envelopes without end', throughSns(throughSns(throughSns(throughSns(s3Message()))))],
])('%s is malformed', (_, message) => expect(() => eventsIn(message)).toThrow(MalformedEvent));

/** https://docs.aws.amazon.com/guardduty/latest/ug/monitor-with-eventbridge-s3-malware-protection.html */
const scan = (scanResultStatus: string) =>
	JSON.stringify({
		...{ version: '0', id: '72c7d362-737a-6dce-fc78-9e27a0171419', source: 'aws.guardduty', account: '111122223333' },
		'detail-type': 'GuardDuty Malware Protection Object Scan Result',
		...{ time: '2024-02-28T01:01:01Z', region: 'us-east-1', resources: [] },
		detail: {
			schemaVersion: '1.0',
			scanStatus: 'COMPLETED',
			resourceType: 'S3_OBJECT',
			s3ObjectDetails: {
				bucketName: 'amzn-s3-demo-bucket',
				objectKey: 'APKAEIBAERJR2EXAMPLE',
				eTag: 'ASIAI44QH8DHBEXAMPLE',
				versionId: 'd41d8cd98f00b204e9800998eEXAMPLE',
			},
			scanResultDetails: { scanResultStatus, threats: null },
		},
	});

test.each([
	['NO_THREATS_FOUND', 'scanned'],
	['THREATS_FOUND', 'infected'],
	['UNSUPPORTED', 'scanFailed'],
])('the scan result %s is %s', (status, event) => {
	const tags = { GuardDutyMalwareScanStatus: status };
	expect(eventsIn(scan(status))).toEqual([expect.objectContaining({ event, tags, key: 'APKAEIBAERJR2EXAMPLE' })]);
});

test.each([
	[{}, 'pending'],
	[{ GuardDutyMalwareScanStatus: 'NO_THREATS_FOUND' }, 'clean'],
	[{ GuardDutyMalwareScanStatus: 'THREATS_FOUND' }, 'infected'],
	[{ GuardDutyMalwareScanStatus: 'UNSUPPORTED' }, 'notScanned'],
	[{ GuardDutyMalwareScanStatus: 'ACCESS_DENIED' }, 'notScanned'],
	[{ GuardDutyMalwareScanStatus: 'FAILED' }, 'notScanned'],
	[{ GuardDutyMalwareScanStatus: 'constructor' }, 'notScanned'],
	[{ guarddutymalwarescanstatus: 'NO_THREATS_FOUND' }, 'pending'],
])('an object with the tags %j is %s', (tags, verdict) => expect(scanVerdict(tags)).toBe(verdict));

describe('events that were seen', () => {
	const unversioned = (sequencer: string, more: object = {}) => {
		const [event] = eventsIn(s3Message(more, { versionId: '', sequencer }));
		if (!event) throw new Error('No event');
		return event;
	};
	const after = (...sequencers: string[]) => {
		const seen = seenEvents();
		for (const event of sequencers.map((sequencer) => unversioned(sequencer))) {
			seen.begin(event);
			seen.add(event);
		}
		return seen;
	};

	test.each([
		['again', '0055AED6DCD90281E5', 'duplicate'],
		['older', '0055AED6DCD90281E4', 'stale'],
		['older, and shorter', '0055AED6DCD9', 'stale'],
		['newer', '0055AED6DCD90281E6', undefined],
		['newer, and longer', '0055AED6DCD90281E501', undefined],
	])('one that comes %s', (_, sequencer, why) => {
		expect(after('0055AED6DCD90281E5').why(unversioned(sequencer))).toBe(why);
	});

	test('a deletion that is older than the object is late', () => {
		expect(after('0055AED6DCD90281E5').why(unversioned('0055', { eventName: 'ObjectRemoved:Delete' }))).toBe('stale');
	});

	test('each version is an object of its own', () => {
		const seen = after('0055AED6DCD90281E5');
		const [version] = eventsIn(s3Message({}, { sequencer: '0054' }));
		expect(version && seen.why(version)).toBeUndefined();
	});

	test('one that was begun and has failed is no duplicate', () => {
		const seen = seenEvents();
		seen.begin(unversioned('0055'));
		expect(seen.why(unversioned('0055'))).toBeUndefined();
	});

	test('an event without a sequencer is known by its request', () => {
		const seen = seenEvents();
		const [tagged] = eventsIn(s3Message({ eventName: 'ObjectTagging:Put' }, { sequencer: undefined }));
		if (!tagged) throw new Error('No event');
		seen.add(tagged);
		expect(seen.why(tagged)).toBe('duplicate');
		expect(seen.why({ ...tagged, id: 'another request' })).toBeUndefined();
	});
});

/** What Ceph 16 posts: keys as they are, and the time of the event as two numbers whose lowest byte comes first. */
const ceph = (sequencer: string, eventName = 's3:ObjectCreated:Put') => ({
	Records: [
		{
			...{ eventVersion: '2.2', eventSource: 'ceph:s3', awsRegion: '', eventName, eventId: '1.2' },
			...{ eventTime: '2026-11-27T00:00:00.000Z', opaqueData: 'secret' },
			s3: {
				bucket: { name: 'b' },
				object: {
					key: 'a+b%20.txt',
					size: 3,
					etag: 'abc',
					versionId: '',
					sequencer,
					metadata: [{ key: 'x-amz-meta-origin', val: 'shop' }],
					tags: [],
				},
			},
		},
	],
});

test('an event of Ceph', () => {
	expect(eventsIn(ceph('01000000FF000000'))).toEqual([
		{
			...{ event: 'created', eventName: 'ObjectCreated:Put', bucket: 'b', key: 'a+b%20.txt', size: 3, etag: 'abc' },
			...{ metadata: { origin: 'shop' }, eventTime: '2026-11-27T00:00:00.000Z', sequencer: '00000001000000FF' },
			...{ id: '1.2', opaqueData: 'secret' },
		},
	]);
});

test('later events of Ceph are later', () => {
	const [first] = eventsIn(ceph('01000000FF000000'));
	const [second] = eventsIn(ceph('0100000000010000', 's3:ObjectRemoved:Delete'));
	const seen = seenEvents();
	if (first) seen.begin(first);
	expect(second && seen.why(second)).toBeUndefined();
});
