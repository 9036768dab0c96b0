import {
	ListMultipartUploadsCommand,
	ListObjectsV2Command,
	PutBucketVersioningCommand,
	PutObjectCommand,
} from '@aws-sdk/client-s3';
import { jsonOf } from '../support/n8n';
import { allow, makeBucket, makeUser, s3, sdk } from '../support/s3';

const put = async (Bucket: string, Key: string, Body: string) =>
	await sdk.send(new PutObjectCommand({ Bucket, Key, Body }));

/** A mirror that replaces one object and deletes another one. */
const setUp = async (isOneBucket = false) => {
	const bucket = await makeBucket();
	const destinationBucket = isOneBucket ? bucket : await makeBucket();
	await put(destinationBucket, 'to/changed', 'before');
	await put(destinationBucket, 'to/own', 'own');
	await put(bucket, 'from/changed', 'after it');
	return { bucket, prefix: 'from/', destinationBucket, destinationPrefix: 'to/', mode: 'mirror' };
};

const lost = /Objects that a mirror overwrites or deletes are lost/;

interface Destination {
	remarks: string[];
	unknown?: Record<string, string>;
}

const destinationOf = (item: Record<string, unknown>) => item.destination as unknown as Destination;

test('a plan says what the destination is like, and hints at what a mirror would lose', async () => {
	const parameters = await setUp();
	const planned = await s3('transfer.plan', parameters);
	const [plain = {}] = jsonOf(planned);
	expect(plain.destination).toMatchObject({ exists: true, mayWrite: true, versioning: 'off', objectLock: 'off' });
	expect(destinationOf(plain).remarks.join()).toMatch(lost);
	expect(planned.hints.join()).toMatch(lost);
	const backup = await s3('transfer.plan', { ...parameters, options: { backupPrefix: 'old/' } });
	expect(backup.hints.join()).not.toMatch(lost);
	const copy = await s3('transfer.plan', { ...parameters, mode: 'copy', options: { appendOnly: true } });
	expect(copy.hints.join()).not.toMatch(lost);
	const Bucket = parameters.destinationBucket;
	await sdk.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: 'Enabled' } }));
	const versioned = await s3('transfer.plan', parameters);
	expect(versioned.hints.join()).not.toMatch(lost);
	expect(destinationOf(jsonOf(versioned)[0] ?? {}).remarks.join()).toContain('as older versions');
});

test('a run hints at what its mirror has lost, and says nothing where nothing is', async () => {
	const parameters = await setUp();
	const first = await s3('transfer.run', { ...parameters, options: { maxDeletedShare: 100 } });
	expect(jsonOf(first)[0]).toMatchObject({ done: true, overwritten: 1, deleted: 1 });
	expect(first.hints.join()).toMatch(lost);
	expect((await s3('transfer.run', parameters)).hints).toEqual([]);
});

test('what is denied is unknown, and keys that may not write are told before the run', async () => {
	const [user, parameters] = [await makeUser(), await setUp(true)];
	const { bucket } = parameters;
	const connection = { ...user, name: undefined };
	const toRead = { Action: ['s3:ListBucket'], Resource: [`arn:aws:s3:::${bucket}`] };
	await allow(bucket, user.name, [toRead]);
	const reading = await s3('transfer.plan', parameters, { connection });
	const [plan = {}] = jsonOf(reading);
	expect(plan).toMatchObject({ overwritten: 1, deleted: 1 });
	expect(plan.destination).toMatchObject({ exists: true, mayWrite: false, unknown: { versioning: 'not allowed' } });
	expect(plan.destination).not.toHaveProperty('versioning');
	expect(reading.hints.join()).toContain("Allow 's3:PutObject'");
	// Below the prefix only.
	await allow(bucket, user.name, [toRead, { Action: ['s3:PutObject'], Resource: [`arn:aws:s3:::${bucket}/to/*`] }]);
	const [writing = {}] = jsonOf(await s3('transfer.plan', parameters, { connection }));
	expect(writing.destination).toMatchObject({ mayWrite: true });
	const { Contents = [] } = await sdk.send(new ListObjectsV2Command({ Bucket: bucket }));
	expect(Contents.map(({ Key }) => Key)).toEqual(['from/changed', 'to/changed', 'to/own']);
	const { Uploads = [] } = await sdk.send(new ListMultipartUploadsCommand({ Bucket: bucket }));
	expect(Uploads).toEqual([]);
});
