import {
	GetBucketAclCommand,
	GetBucketCorsCommand,
	GetBucketPolicyCommand,
	GetBucketTaggingCommand,
	GetBucketVersioningCommand,
	GetObjectAclCommand,
	GetObjectTaggingCommand,
	HeadObjectCommand,
	ListObjectVersionsCommand,
	ListObjectsV2Command,
	PutObjectCommand,
} from '@aws-sdk/client-s3';
import type { INodeExecutionData } from 'n8n-workflow';
import { runNode } from '../support/n8n';
import { credentials, makeBucket, sdk } from '../support/s3';
import type { Place, Try } from '../support/tries';
import { changes, idOf, itemsWithFile, makePlace, newBucket, startWebsite, tries } from '../support/tries';

/**
 * Every operation, on whatever server: buckets, objects and versions before and after. Nothing may have changed besides what
 * was asked for, whether the server does it, refuses it or does something else.
 */

/** What the server says, or that it does not. */
const said = async (answer: Promise<object>): Promise<unknown> =>
	await answer.then(
		({ $metadata: _, ...rest }: { $metadata?: object }) => rest,
		({ name }: Error) => name,
	);

/** All that is in a bucket, by name: objects, their versions, tags and ACLs, and settings of the bucket. */
const stateOf = async (Bucket: string): Promise<Map<string, string>> => {
	const state = new Map<string, string>();
	const note = (name: string, value: unknown) => state.set(name, `${state.get(name) ?? ''}${JSON.stringify(value)}`);
	const settings = {
		acl: new GetBucketAclCommand({ Bucket }),
		cors: new GetBucketCorsCommand({ Bucket }),
		policy: new GetBucketPolicyCommand({ Bucket }),
		tagging: new GetBucketTaggingCommand({ Bucket }),
		versioning: new GetBucketVersioningCommand({ Bucket }),
	};
	note('settings acl', await said(sdk.send(settings.acl)));
	note('settings cors', await said(sdk.send(settings.cors)));
	// A server that does not know policies may list the bucket instead.
	const isPolicy = ({ Policy = '' }: { Policy?: string }) => Policy.startsWith('{');
	const policy = sdk.send(settings.policy).then((answer) => (isPolicy(answer) ? answer : { Policy: 'none' }));
	note('settings policy', await said(policy));
	note('settings tagging', await said(sdk.send(settings.tagging)));
	note('settings versioning', await said(sdk.send(settings.versioning)));
	const { Contents = [] } = await sdk.send(new ListObjectsV2Command({ Bucket })).catch((error: Error) => {
		if (error.name !== 'NoSuchBucket') throw error;
		note('bucket', 'gone');
		return { Contents: [] };
	});
	for (const { Key = '' } of Contents) {
		const at = { Bucket, Key };
		const { ETag, ContentLength, ContentType, Metadata, StorageClass, VersionId } = await sdk.send(
			new HeadObjectCommand(at),
		);
		note(Key, { ETag, ContentLength, ContentType, Metadata, StorageClass, VersionId });
		note(`tags ${Key}`, await said(sdk.send(new GetObjectTaggingCommand(at))));
		note(`acl ${Key}`, await said(sdk.send(new GetObjectAclCommand(at))));
	}
	// Servers without versions have objects only.
	const none = { Versions: [], DeleteMarkers: [] };
	const listed = await sdk.send(new ListObjectVersionsCommand({ Bucket })).catch(() => none);
	for (const { Key = '', VersionId, ETag } of listed.Versions ?? []) note(Key, { VersionId, ETag });
	for (const { Key = '', VersionId } of listed.DeleteMarkers ?? []) note(Key, { VersionId, isMarker: true });
	return state;
};

/** Names whose state is not the same, and the names that belong to them. */
const changed = (before: Map<string, string>, after: Map<string, string>) =>
	[...new Set([...before.keys(), ...after.keys()])].filter((name) => before.get(name) !== after.get(name));

const putBystanders = async (Bucket: string, { folder, key }: Partial<Place> = {}) => {
	const near = folder && key ? [folder, `${folder}x/1`, `a${folder}/1`, `${key}x`, `${key}/1`] : [];
	for (const Key of ['bystander', ...near])
		await sdk.send(new PutObjectCommand({ Bucket, Key, Body: `of ${Key}`, Metadata: { kept: 'yes' } })).catch(() => {
			// Some servers have no key below another one.
		});
};

let items: INodeExecutionData[];
let website: string;
beforeAll(async () => {
	items = await itemsWithFile();
	website = await startWebsite();
});

test.each(Object.keys(tries))('%s changes nothing else', async (name) => {
	const attempt: Try = tries[name] ?? ['', [], () => ({})];
	const [, needs, parameters] = attempt;
	const bucket = await newBucket(needs).catch(async () => await makeBucket());
	const place = await makePlace(needs, bucket, 0, website);
	const another = await makeBucket();
	await putBystanders(bucket, place);
	await putBystanders(another);
	const before = await stateOf(bucket);
	const beforeElsewhere = await stateOf(another);
	const [resource = '', operation = ''] = idOf(name).split('.');
	await runNode({
		parameters: { resource, operation, bucket, ...parameters(place) },
		credentials,
		destination: credentials,
		items: needs.includes('file') ? items : undefined,
	}).catch(() => {
		// Refused or not, what counts is what is there.
	});
	const asked = changes[idOf(name)]?.(place) ?? [];
	const isAsked = (what: string) =>
		asked.some((one) =>
			one instanceof RegExp
				? one.test(what.replace(/^(tags|acl) /, ''))
				: [one, `tags ${one}`, `acl ${one}`].includes(what),
		);
	expect(changed(before, await stateOf(bucket)).filter((what) => !isAsked(what))).toEqual([]);
	expect(changed(beforeElsewhere, await stateOf(another))).toEqual([]);
});
