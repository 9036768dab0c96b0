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
	/** Whether two nodes lead to the node. */
	twice?: boolean;
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
	{
		title: 'bucket: delete',
		operation: 'bucket.delete',
		parameters: (name) => ({ name }),
		isBucket: true,
		// The node S3 of n8n 1 deletes nothing.
		only: major === 1 ? ['AWS S3 v1', 'AWS S3 v2'] : kinds,
	},
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
			// Ceph ignores the tags of an upload in parts, as version 2 uploads files.
			tagsUi: { tagsValues: [{ key: 'kind', value: 'test' }] },
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
		title: 'file: upload under the name of the file',
		operation: 'file.upload',
		parameters: (bucketName) => ({
			bucketName,
			additionalFields: { parentFolderKey: '={{ $json.entry === "x" ? "" : "up" }}', lockLegalHold: false },
		}),
		entries: ['x', 'y'],
		files: true,
		// Version 2 sends it to no key.
		only: ['AWS S3 v1', 'S3'],
	},
	{
		title: 'file: download, after two nodes',
		operation: 'file.download',
		parameters: (bucketName) => ({ bucketName, fileKey: '={{ $json.entry }}' }),
		entries: ['a.txt', 'folder/b.txt'],
		twice: true,
	},
	{
		title: 'failures in an output of their own',
		operation: 'file.download',
		parameters: (bucketName) => ({ bucketName, fileKey: '={{ $json.entry }}' }),
		entries: ['a.txt', 'missing.txt'],
		settings: { onError: 'continueErrorOutput' },
		// Version 1 gives failures as if there were none.
		only: ['AWS S3 v2', 'S3'],
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
				// Of an empty text, the SDK says that its length is unknown.
				Body: Buffer.from(isEmpty(Key) ? '' : `of ${Key}`),
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

const edit = (name: string, json: string): Step => ({
	name,
	type: 'n8n-nodes-base.set',
	typeVersion: 3.3,
	parameters: { mode: 'raw', jsonOutput: json, options: { includeBinary: true } },
});

/** Gives the entries back, which the node before leaves out. */
const entry = edit('Entry', "={{ $('Entries').item.json }}");

/** Later nodes read the items, and the old node by its name. */
const reader = edit('Reader', "={{ { own: $json, named: $('Old node').item.json } }}");

const failures = edit('Failures', '={{ $json }}');

const other: Step = { name: 'Other', type: 'n8n-nodes-base.noOp', parameters: {} };

const to = (node: string) => [{ node, type: 'main', index: 0 }];

const workflowOf = async (kind: Kind, one: Case, bucket: string) => {
	const { entries = [0], files, twice } = one;
	const steps: Step[] = [
		{ name: 'Start', type: 'n8n-nodes-base.manualTrigger', parameters: {} },
		...each('Entries', entries),
		...(files ? [file, entry] : []),
		await nodeOf(kind, one, bucket),
		reader,
	];
	const nodes = [...steps, failures, other].map((step, index) => ({
		id: `n${index}`,
		typeVersion: 1,
		position: [index * 200, 0],
		...step,
	}));
	const inRow = steps.slice(0, -1).map(({ name }, index) => [name, { main: [to(steps[index + 1]?.name ?? '')] }]);
	const connections = {
		...Object.fromEntries(inRow),
		'Old node': { main: [to('Reader'), to('Failures')] },
		...(twice && { Entries: { main: [[...to('Old node'), ...to('Other')]] }, Other: { main: [to('Old node')] } }),
	};
	return { name: `${kind} ${one.title}`, nodes, connections, settings: { executionOrder: 'v1' } };
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
	if (name === 'LastModified' || name === 'CreationDate')
		return Number.isNaN(Date.parse(String(value))) ? value : 'time';
	// n8n's node uploads small files in parts as well, which gives another ETag, and none in the answer of Ceph. Ceph gives
	// that of a copy without quotes.
	if (name === 'ETag') return String(value).replace(/^("?)([0-9a-f]{32}(-1)?)?\1$/, 'etag');
	if (name === 'error') return typeof value;
	return value;
};

/** `$` is XML, 'Location' is not given, and only Ceph gives 'Type'. */
const leftOut = new Set(['$', 'Location', 'Type']);

const itemOf = ({ json, binary }: INodeExecutionData, bucket: string) => {
	const text = JSON.stringify(json, (name, value: unknown) =>
		leftOut.has(name) ? undefined : comparable(name, value),
	).replaceAll(bucket, 'BUCKET');
	const files = Object.entries(binary ?? {}).map(([field, { fileName, mimeType, fileSize, fileExtension }]) => ({
		field,
		...{ fileName, mimeType, fileSize, fileExtension },
	}));
	return { json: JSON.parse(text) as IDataObject, files };
};

const runOn = async (workflow: Awaited<ReturnType<typeof workflowOf>> | object, bucket: string) => {
	const ran = succeeded(await runWorkflow(workflow));
	const [items, failed] = ['Reader', 'Failures'].map((node) => ran.items(node).map((item) => itemOf(item, bucket)));
	return { items: items ?? [], failed, objects: await stored(bucket) };
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

test("Folder: Delete gives the number of deleted objects, and 'Folder' is a folder in any case", async () => {
	for (const kind of kinds) {
		const one: Case = {
			title: 'folder: delete',
			operation: 'folder.delete',
			parameters: (bucket) => ({ bucketName: bucket, folderKey: 'folder/' }),
		};
		const [before, after] = [await bucketFor(one), await bucketFor(one)];
		const original = await runOn(await workflowOf(kind, one, before), before);
		const workflow: unknown = await workflowOf(kind, one, after);
		if (!isWorkflow(workflow)) throw new Error('The test has made no workflow');
		const now = await runOn(convert(workflow).workflow, after);
		expect(now.objects).toEqual(original.objects);
		const [{ json: was } = { json: {} }] = original.items;
		const deleted = Array.from({ length: 4 }, () => ({ Key: expect.stringMatching(/^folder\//) }));
		expect(was).toMatchObject({ own: { deleted }, named: { deleted } });
		expect(now.items[0]?.json).toMatchObject({ own: { deleted: true, objects: 4 }, named: { objects: 4 } });
	}
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
