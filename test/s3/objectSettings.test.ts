import {
	GetObjectCommand,
	GetObjectTaggingCommand,
	HeadObjectCommand,
	PutBucketVersioningCommand,
	PutObjectCommand,
} from '@aws-sdk/client-s3';
import { lacks } from '../support/lacks';
import { jsonOf } from '../support/n8n';
import { isAtAws, makeBucket, one, refusal, s3, sdk } from '../support/s3';

let bucket: string;
const key = 'ä/b +#?.txt';

const put = async (Key = key, more: object = {}) =>
	(await sdk.send(new PutObjectCommand({ Bucket: bucket, Key, Body: 'content', ...more }))).VersionId ?? '';
const pairs = (values: Record<string, string>) => ({
	values: Object.entries(values).map(([name, value]) => ({ name, value })),
});

describe('tags', () => {
	beforeEach(async () => {
		bucket = await makeBucket();
		await sdk.send(new PutBucketVersioningCommand({ Bucket: bucket, VersioningConfiguration: { Status: 'Enabled' } }));
	});

	test('are merged, replaced and deleted', async () => {
		await put();
		const at = { bucket, key };
		await s3('object.setTags', { ...at, tags: pairs({ a: '1', 'b c': 'ü=&' }) });
		expect(await one('object.setTags', { ...at, tags: pairs({ a: '2' }) })).toMatchObject({
			updated: true,
			tags: { a: '2', 'b c': 'ü=&' },
		});
		expect(await one('object.getTags', at)).toMatchObject({ tags: { a: '2', 'b c': 'ü=&' } });
		await s3('object.setTags', { ...at, tags: pairs({ only: 'this' }), mode: 'replace' });
		expect(await one('object.deleteTags', { ...at, options: { dryRun: true } })).toMatchObject({
			deleted: false,
			tags: { only: 'this' },
		});
		expect(await one('object.getTags', at)).toMatchObject({ tags: { only: 'this' } });
		expect(await one('object.deleteTags', at)).toMatchObject({ deleted: true });
		expect(await one('object.getTags', at)).toMatchObject({ tags: {} });
	});

	test('of a version', async () => {
		const old = await put(key, { Tagging: 'v=old' });
		await put(key, { Tagging: 'v=new' });
		const options = { versionId: old };
		expect(await one('object.getTags', { bucket, key, options })).toMatchObject({ tags: { v: 'old' } });
		await s3('object.setTags', { bucket, key, tags: pairs({ w: '1' }), options });
		await s3('object.deleteTags', { bucket, key });
		expect(await one('object.getTags', { bucket, key, options })).toMatchObject({ tags: { v: 'old', w: '1' } });
		expect(await one('object.getTags', { bucket, key })).toMatchObject({ tags: {} });
	});

	test('that S3 would reject are rejected before the request', async () => {
		const eleven = Object.fromEntries(Array.from({ length: 11 }, (_, index) => [`t${index}`, 'x']));
		expect(await refusal(s3('object.setTags', { bucket, key, tags: pairs(eleven) }))).toEqual({
			message: "'Tags' has 11 entries",
			description: 'S3 allows at most 10 here.',
		});
		const twice = {
			values: [
				{ name: 'a', value: '1' },
				{ name: 'a', value: '2' },
			],
		};
		expect((await refusal(s3('object.setTags', { bucket, key, tags: twice }))).message).toContain('twice');
	});
});

describe('in place', () => {
	const all = {
		Metadata: { owner: 'me', year: '2025' },
		ContentType: 'text/x-mine',
		CacheControl: 'no-store',
		ContentDisposition: 'attachment',
		ContentEncoding: 'identity',
		ContentLanguage: 'de',
		Expires: new Date('2030-01-01T00:00:00Z'),
		Tagging: 'a=b%20c',
		ACL: 'public-read',
		StorageClass: 'STANDARD_IA',
	};
	const unchanged = {
		ContentType: 'text/x-mine',
		CacheControl: 'no-store',
		ContentDisposition: 'attachment',
		ContentEncoding: 'identity',
		ContentLanguage: 'de',
		ExpiresString: 'Tue, 01 Jan 2030 00:00:00 GMT',
		StorageClass: 'STANDARD_IA',
	};

	beforeEach(async () => {
		bucket = await makeBucket();
		await put(key, all);
	});

	const now = async () => await sdk.send(new HeadObjectCommand({ Bucket: bucket, Key: key }));
	const kept = async () => {
		const { TagSet } = await sdk.send(new GetObjectTaggingCommand({ Bucket: bucket, Key: key }));
		expect(TagSet).toEqual([{ Key: 'a', Value: 'b c' }]);
		const acl = JSON.stringify(await one('object.getAcl', { bucket, key }));
		expect(acl).toContain('AllUsers');
		const { Body } = await sdk.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
		expect(await Body?.transformToString()).toBe('content');
	};

	test('setMetadata merges and keeps everything else', async () => {
		const item = await one('object.setMetadata', { bucket, key, metadata: pairs({ Year: '2026', more: 'x' }) });
		expect(item).toMatchObject({ updated: true, bucket, key });
		expect(await now()).toMatchObject({ ...unchanged, Metadata: { owner: 'me', year: '2026', more: 'x' } });
		await kept();
	});

	test('setMetadata replaces metadata and changes headers', async () => {
		const options = { contentType: 'text/plain', expires: '2031-01-01T00:00:00Z' };
		await s3('object.setMetadata', { bucket, key, mode: 'replace', metadata: pairs({ only: 'this' }), options });
		expect(await now()).toMatchObject({
			...unchanged,
			Metadata: { only: 'this' },
			ContentType: 'text/plain',
			ExpiresString: 'Wed, 01 Jan 2031 00:00:00 GMT',
		});
		await kept();
		expect((await refusal(s3('object.setMetadata', { bucket, key }))).message).toBe("'Metadata' is empty");
	});

	test('setStorageClass changes the class, or nothing if it is the same', async () => {
		expect(await one('object.setStorageClass', { bucket, key, storageClass: 'ONEZONE_IA' })).toMatchObject({
			updated: true,
			storageClass: 'ONEZONE_IA',
		});
		expect(await now()).toMatchObject({ ...unchanged, StorageClass: 'ONEZONE_IA', Metadata: all.Metadata });
		await kept();
		expect(await one('object.setStorageClass', { bucket, key, storageClass: 'ONEZONE_IA' })).toEqual({
			updated: false,
			bucket,
			key,
			storageClass: 'ONEZONE_IA',
		});
	});

	test('an object with SSE-C', async () => {
		const options = { sseCustomerKey: Buffer.alloc(32, 7).toString('base64') };
		await s3('object.upload', { bucket, key: 'own', source: 'text', text: 'secret', options });
		const change = s3('object.setMetadata', { bucket, key: 'own', metadata: pairs({ a: 'b' }), options });
		if (lacks.encryptedCopy) expect((await refusal(change)).message).toContain('does not support this request');
		else {
			await change;
			expect(await one('object.get', { bucket, key: 'own', options })).toMatchObject({ metadata: { a: 'b' } });
		}
	});
});

describe('metadata of any language', () => {
	const metadata = (values: Record<string, string>) => ({
		values: Object.entries(values).map(([name, value]) => ({ name, value })),
	});
	const upload = { source: 'text', text: 'x' };

	test('is stored, read, merged and copied', async () => {
		const values = { place: '日本', dish: 'crème brûlée', plain: 'text' };
		await s3('object.upload', { bucket, key, ...upload, options: { metadata: metadata(values) } });
		const { Metadata } = await sdk.send(new HeadObjectCommand({ Bucket: bucket, Key: key }));
		expect(Metadata).toMatchObject({ place: '=?UTF-8?B?5pel5pys?=', plain: 'text' });
		const read = async (at: string) => (await one('object.get', { bucket, key: at })).metadata;
		expect(await read(key)).toEqual(values);
		await s3('object.setMetadata', { bucket, key, metadata: metadata({ more: 'ü' }) });
		expect(await read(key)).toEqual({ ...values, more: 'ü' });
		const copy = { sourceBucket: bucket, sourceKey: key, destinationBucket: bucket, destinationKey: 'copy' };
		await s3('object.copy', copy);
		expect(await read('copy')).toEqual({ ...values, more: 'ü' });
	});

	test('a presigned upload asks for what the signature covers', async () => {
		const parameters = { bucket, key: 'signed', options: { metadata: metadata({ place: '日本' }) } };
		const { url, headers } = await one('presignedUrl.upload', parameters);
		expect(headers).toEqual({ 'x-amz-meta-place': '=?UTF-8?B?5pel5pys?=' });
		const answer = await fetch(String(url), {
			method: 'PUT',
			body: 'x',
			headers: { 'x-amz-meta-place': '=?UTF-8?B?5pel5pys?=' },
		});
		expect(answer.status).toBe(200);
		expect((await one('object.get', { bucket, key: 'signed' })).metadata).toEqual({ place: '日本' });
	});

	test('names and headers that cannot be sent are refused before a request', async () => {
		const tried = async (options: object) =>
			(await refusal(s3('object.upload', { bucket, key, ...upload, options }))).message;
		expect(await tried({ metadata: metadata({ 日本: 'x' }) })).toBe("'日本' is not a valid metadata name");
		expect(await tried({ metadata: metadata({ 'a b': 'x' }) })).toBe("'a b' is not a valid metadata name");
		expect(await tried({ contentDisposition: 'attachment; filename="ü"' })).toBe(
			"'Content Disposition' has the character 'ü', which headers cannot carry",
		);
	});
});

describe('Object Lock', () => {
	beforeEach(async () => {
		bucket = await makeBucket({ ObjectLockEnabledForBucket: true });
	});
	const until = new Date(Math.ceil(Date.now() / 1000) * 1000 + 3600_000).toISOString();

	test('retention: set, read, bypass; the error for a locked object names the date', async () => {
		const versionId = await put();
		expect(await one('object.getRetention', { bucket, key })).toMatchObject({ locked: false });
		expect(await one('object.setRetention', { bucket, key, until })).toMatchObject({ mode: 'GOVERNANCE', until });
		expect(await one('object.getRetention', { bucket, key, options: { versionId } })).toMatchObject({
			locked: true,
			mode: 'GOVERNANCE',
			until,
		});
		expect(await refusal(s3('version.delete', { bucket, key, versionId }))).toEqual({
			message: `Access to object '${key}' in bucket '${bucket}' was denied`,
			description: `Object Lock protects it in governance mode until ${until}. To delete it earlier, add 'Bypass Governance Retention' in 'Options', which needs s3:BypassGovernanceRetention.`,
		});
		const keys = [
			{ key, versionId },
			{ key: 'gone', versionId },
		];
		const results = jsonOf(await s3('object.deleteMany', { bucket, keys }));
		expect(results[0]).toMatchObject({ deleted: false, error: { message: expect.stringContaining(until) } });
		const takeOff = async (own: object) => await s3('object.setRetention', { bucket, key, mode: 'none', options: own });
		if (lacks.emptyRetention)
			expect((await refusal(takeOff({ bypassGovernance: true }))).message).toContain('combination of settings');
		else {
			expect((await refusal(takeOff({}))).description).toContain("add 'Bypass Governance Retention' in 'Options'");
			expect(await one('object.getRetention', { bucket, key })).toMatchObject({ locked: true });
			await takeOff({ bypassGovernance: true });
			expect(await one('object.getRetention', { bucket, key })).toMatchObject({ locked: false });
			await s3('object.setRetention', { bucket, key, until });
		}
		const options = { bypassGovernance: true };
		expect(await one('version.delete', { bucket, key, versionId, options })).toMatchObject({ deleted: true });
	});

	test('compliance mode needs confirmation, and dates must be in the future', async () => {
		await put();
		const mode = 'COMPLIANCE';
		expect((await refusal(s3('object.setRetention', { bucket, key, mode, until }))).message).toBe(
			"'Confirm Compliance Mode' is missing",
		);
		const upload = { bucket, key: 'u', source: 'text', text: 'x', options: { lockMode: mode, lockUntil: until } };
		expect((await refusal(s3('object.upload', upload))).message).toBe("'Confirm Compliance Mode' is missing");
		expect((await refusal(s3('object.setRetention', { bucket, key, until: '2020-01-01' }))).message).toBe(
			"'Until' is not in the future",
		);
		// Only a run at AWS has to remove the object again.
		const locked = new Date(Date.now() + (isAtAws ? 5000 : 600_000)).toISOString();
		const confirmCompliance = 'COMPLIANCE';
		await s3('object.setRetention', { bucket, key, mode, until: locked, confirmCompliance });
		const { versionId } = await one('object.get', { bucket, key, simplify: false });
		const options = { bypassGovernance: true };
		expect((await refusal(s3('version.delete', { bucket, key, versionId, options }))).description).toContain(
			'not even the root user',
		);
	});

	test('legal hold: set, read, remove; the error for a held object explains it', async () => {
		const versionId = await put();
		expect(await one('object.getLegalHold', { bucket, key })).toMatchObject({ legalHold: false });
		await s3('object.setLegalHold', { bucket, key });
		expect(await one('object.getLegalHold', { bucket, key })).toMatchObject({ legalHold: true });
		expect((await refusal(s3('version.delete', { bucket, key, versionId }))).description).toBe(
			"A legal hold protects it until someone removes the hold. With the permission, you can remove the hold with the operation 'Set Legal Hold'.",
		);
		await s3('object.setLegalHold', { bucket, key, legalHold: false });
		expect(await one('version.delete', { bucket, key, versionId })).toMatchObject({ deleted: true });
	});

	test('a bucket without Object Lock gives an explained error', async () => {
		bucket = await makeBucket();
		await put();
		expect((await refusal(s3('object.setLegalHold', { bucket, key }))).message).toBe(
			`The bucket '${bucket}' has no Object Lock`,
		);
	});
});
