import {
	GetObjectAclCommand,
	GetObjectCommand,
	GetObjectTaggingCommand,
	ListBucketsCommand,
	ListObjectsV2Command,
	PutObjectCommand,
} from '@aws-sdk/client-s3';
import type { IDataObject, INodeExecutionData } from 'n8n-workflow';
import { convert } from '../../convert/convert';
import { isWorkflow } from '../../convert/workflow';
import type { Step } from '../support/e2e';
import { each, major, runWorkflow, saveCredential, succeeded } from '../support/e2e';
import { bucketName, makeBucket, sdk, server } from '../support/s3';

/** Workflows of n8n's own nodes, run as they are and converted: the same objects in S3, and the same items. */

type Kind = 'AWS S3 v1' | 'AWS S3 v2' | 'S3';

const kinds: Kind[] = ['AWS S3 v1', 'AWS S3 v2', 'S3'];

/** AWS, whose hosts are those of `simulatedAws.mjs`, and the server by its address. */
const credentialOf = {
	aws: saveCredential('aws', {
		region: 'us-east-1',
		accessKeyId: server.accessKeyId,
		secretAccessKey: server.secretAccessKey,
	}),
	s3: saveCredential('s3', { ...server, forcePathStyle: true }),
};

interface Case {
	title: string;
	operation: string;
	parameters: (bucket: string) => object;
	/** What the items of the input hold, one each. */
	entries?: unknown[];
	/** Whether each item has a file with its entry. */
	files?: boolean;
	settings?: Partial<Step>;
	/** Whether the node makes or deletes the bucket itself. */
	isBucket?: boolean;
	only?: Kind[];
}

const cases: Case[] = [
	{
		title: 'bucket: create',
		operation: 'bucket.create',
		parameters: (name) => ({ name, additionalFields: { acl: 'publicRead' } }),
		isBucket: true,
	},
	{ title: 'bucket: delete', operation: 'bucket.delete', parameters: (name) => ({ name }), isBucket: true },
	{ title: 'bucket: get many', operation: 'bucket.getAll', parameters: () => ({ returnAll: true }) },
	{
		title: 'bucket: search',
		operation: 'bucket.search',
		parameters: (bucketName) => ({
			bucketName,
			limit: 3,
			additionalFields: { prefix: 'folder', startAfter: 'folder/', fetchOwner: true },
		}),
	},
	{
		title: 'bucket: search with a delimiter',
		operation: 'bucket.search',
		parameters: (bucketName) => ({ bucketName, returnAll: true, additionalFields: { delimiter: '/' } }),
	},
	{
		title: 'file: copy',
		operation: 'file.copy',
		parameters: (bucket) => ({
			sourcePath: `=/${bucket}/{{ $json.entry }}`,
			destinationPath: `={{ "/${bucket}/copies/" + $json.entry }}`,
			additionalFields: { acl: 'publicRead', storageClass: 'standardIA' },
		}),
		entries: ['a.txt', 'folder/b.txt'],
	},
	{
		title: 'file: delete',
		operation: 'file.delete',
		parameters: (bucketName) => ({ bucketName, fileKey: '=folder/{{ $json.entry }}', options: {} }),
		entries: ['b.txt', 'sub/c.txt'],
	},
	{
		title: 'file: download',
		operation: 'file.download',
		parameters: (bucketName) => ({ bucketName, fileKey: '={{ $json.entry }}', binaryPropertyName: 'data' }),
		entries: ['a.txt', 'folder/b.txt'],
	},
	{
		title: 'file: get many',
		operation: 'file.getAll',
		parameters: (bucketName) => ({ bucketName, returnAll: true, options: { folderKey: 'folder/' } }),
	},
	{
		title: 'file: upload of a file',
		operation: 'file.upload',
		parameters: (bucketName) => ({
			bucketName,
			fileName: '={{ $json.entry }}.txt',
			additionalFields: { parentFolderKey: 'up', storageClass: 'intelligentTiering' },
			tagsUi: { tagsValues: [{ key: 'kind', value: 'test' }] },
		}),
		entries: ['x', 'ü y'],
		files: true,
	},
	{
		title: 'file: upload of text',
		operation: 'file.upload',
		parameters: (bucketName) => ({
			bucketName,
			binaryData: false,
			fileName: '={{ $json.entry }}',
			fileContent: '=text of {{ $json.entry }}',
			additionalFields: { acl: 'publicRead' },
		}),
		entries: ['one.html', 'two.html'],
	},
	{
		title: 'folder: create',
		operation: 'folder.create',
		parameters: (bucketName) => ({
			bucketName,
			folderName: '={{ $json.entry }}',
			additionalFields: { parentFolderKey: 'made' },
		}),
		entries: ['one', 'two'],
	},
	{
		title: 'folder: delete',
		operation: 'folder.delete',
		parameters: (bucketName) => ({ bucketName, folderKey: 'folder/' }),
	},
	{
		title: 'folder: get many',
		operation: 'folder.getAll',
		parameters: (bucketName) => ({ bucketName, returnAll: true, options: { folderKey: 'folder/' } }),
	},
	{
		title: 'a failure among others',
		operation: 'file.download',
		parameters: (bucketName) => ({ bucketName, fileKey: '={{ $json.entry }}' }),
		entries: ['a.txt', 'missing.txt', 'folder/b.txt'],
		settings: { onError: 'continueRegularOutput' },
	},
	{
		title: 'an empty list that gives an item',
		operation: 'file.getAll',
		parameters: (bucketName) => ({ bucketName, options: { folderKey: 'nowhere/' } }),
		settings: { alwaysOutputData: true },
	},
	{
		title: 'common prefixes',
		operation: 'bucket.search',
		parameters: (bucketName) => ({
			bucketName,
			returnAll: true,
			additionalFields: { delimiter: '/', prefix: 'fold', includeCommonPrefixes: true },
		}),
		// In n8n 1 it gives the objects.
		only: major === 1 ? [] : ['AWS S3 v2'],
	},
];

const objects = ['a.txt', 'empty', 'folder/', 'folder/b.txt', 'folder/empty/', 'folder/sub/c.txt', 'folder2/d.txt'];

const isEmpty = (key: string) => /empty|\/$/.test(key);

const fill = async (bucket: string) => {
	for (const Key of objects)
		await sdk.send(
			new PutObjectCommand({
				Bucket: bucket,
				Key,
				Body: isEmpty(Key) ? '' : `of ${Key}`,
				ContentType: isEmpty(Key) ? undefined : 'text/plain',
			}),
		);
};

const nodeOf = async (kind: Kind, { operation, parameters, settings }: Case, bucket: string): Promise<Step> => {
	const [resource, verb] = operation.split('.');
	const type = kind === 'S3' ? 's3' : 'aws';
	return {
		name: 'Old node',
		type: `n8n-nodes-base.${kind === 'S3' ? 's3' : 'awsS3'}`,
		typeVersion: kind === 'AWS S3 v2' ? 2 : 1,
		parameters: { resource, operation: verb, ...parameters(bucket) } as Step['parameters'],
		credentials: { [type]: await credentialOf[type] },
		...settings,
	};
};

const file: Step = {
	name: 'File',
	type: 'n8n-nodes-base.convertToFile',
	typeVersion: 1.1,
	parameters: { operation: 'toText', sourceProperty: 'entry', options: { fileName: 'own.txt' } },
};

/** Gives the entries back, which the node before leaves out. */
const entry: Step = {
	name: 'Entry',
	type: 'n8n-nodes-base.set',
	typeVersion: 3.4,
	parameters: { mode: 'raw', jsonOutput: "={{ $('Entries').item.json }}", options: {} },
};

/** Later nodes read the items, and the old node by its name. */
const readers: Step[] = [
	{
		name: 'Reader',
		type: 'n8n-nodes-base.set',
		typeVersion: 3.4,
		parameters: {
			mode: 'raw',
			jsonOutput: "={{ { own: $json, named: $('Old node').item.json } }}",
			options: {},
		},
	},
];

const workflowOf = async (kind: Kind, one: Case, bucket: string) => {
	const { entries = [0], files } = one;
	const steps: Step[] = [
		{ name: 'Start', type: 'n8n-nodes-base.manualTrigger', parameters: {} },
		...each('Entries', entries),
		...(files ? [file, entry] : []),
		await nodeOf(kind, one, bucket),
		...readers,
	];
	const nodes = steps.map((step, index) => ({ id: `n${index}`, typeVersion: 1, position: [index * 200, 0], ...step }));
	const connections = Object.fromEntries(
		steps
			.slice(0, -1)
			.map(({ name }, index) => [name, { main: [[{ node: steps[index + 1]?.name, type: 'main', index: 0 }]] }]),
	);
	const settings = { executionOrder: 'v1' };
	return { name: `${kind} ${one.title}`, nodes, connections, settings };
};

const storedObject = async (Bucket: string, Key: string) => {
	const at = { Bucket, Key };
	const [{ Body, ContentType, StorageClass, Metadata }, { TagSet }, { Grants }] = await Promise.all([
		sdk.send(new GetObjectCommand(at)),
		sdk.send(new GetObjectTaggingCommand(at)),
		sdk.send(new GetObjectAclCommand(at)),
	]);
	const text = await Body?.transformToString();
	// A folder has a type of its own, which n8n's node leaves to S3.
	return { Key, text, StorageClass, Metadata, TagSet, Grants, ...(!Key.endsWith('/') && { ContentType }) };
};

const stored = async (bucket: string) => {
	const { Buckets = [] } = await sdk.send(new ListBucketsCommand({}));
	if (!Buckets.some(({ Name }) => Name === bucket)) return undefined;
	const { Contents = [] } = await sdk.send(new ListObjectsV2Command({ Bucket: bucket }));
	return await Promise.all(Contents.map(async ({ Key = '' }) => await storedObject(bucket, Key)));
};

/** What differs between two runs of the same workflow, or is no part of the answer of S3. */
const comparable = (name: string, value: unknown): unknown => {
	if (name === 'LastModified' || name === 'CreationDate') return Number.isNaN(Date.parse(String(value))) ? value : 'time';
	// n8n's node uploads small files in parts as well, which gives another ETag.
	if (name === 'ETag') return String(value).replace(/^"[0-9a-f]{32}(-1)?"$/, 'quoted');
	if (name === 'error') return typeof value;
	return value;
};

const noAnswer = new Set(['$', 'Location']);

const itemOf = ({ json, binary }: INodeExecutionData, bucket: string) => {
	const text = JSON.stringify(json, (name, value: unknown) =>
		noAnswer.has(name) ? undefined : comparable(name, value),
	).replaceAll(bucket, 'BUCKET');
	const files = Object.entries(binary ?? {}).map(([field, { fileName, mimeType, fileSize, fileExtension }]) => ({
		field,
		...{ fileName, mimeType, fileSize, fileExtension },
	}));
	return { json: JSON.parse(text) as IDataObject, files };
};

const runOn = async (workflow: Awaited<ReturnType<typeof workflowOf>> | object, bucket: string) => {
	const ran = succeeded(await runWorkflow(workflow));
	const items = ran.items('Reader').map((item) => itemOf(item, bucket));
	return { items, objects: await stored(bucket) };
};

const bucketFor = async ({ isBucket, operation }: Case) => {
	if (isBucket) return operation === 'bucket.create' ? bucketName() : await makeBucket();
	const bucket = await makeBucket();
	await fill(bucket);
	return bucket;
};

const table = cases.flatMap((one) => (one.only ?? kinds).map((kind) => [kind, one.title, one] as const));

/** Only the own bucket: other tests make some as well. */
const ownBuckets = ({ items, ...rest }: Awaited<ReturnType<typeof runOn>>) => ({
	...rest,
	items: items.filter(({ json }) => JSON.stringify(json).includes('BUCKET')),
});

test.each(table)('%s: %s', async (kind, _, one) => {
	const [before, after] = [await bucketFor(one), await bucketFor(one)];
	const original = await runOn(await workflowOf(kind, one, before), before);
	const workflow: unknown = await workflowOf(kind, one, after);
	if (!isWorkflow(workflow)) throw new Error('The test has made no workflow');
	const converted = convert(workflow);
	expect(converted.notes.map((note) => note.kind)).not.toContain('kept');
	expect(JSON.stringify(converted.workflow)).not.toMatch(/n8n-nodes-base\.(awsS3|s3)"/);
	const now = await runOn(converted.workflow, after);
	if (one.operation === 'bucket.getAll') {
		expect(ownBuckets(now)).toEqual(ownBuckets(original));
		expect(ownBuckets(now).items).toHaveLength(1);
		return;
	}
	expect(now).toEqual(original);
});
