import type { Note } from '../../convert/convert';
import { convert } from '../../convert/convert';
import { asJavaScript, inFolder, joined, splitPath } from '../../convert/expressions';
import { convertText } from '../../convert/files';
import { operationRules } from '../../convert/operations';
import { optionRules } from '../../convert/options';
import { report } from '../../convert/report';
import type { Workflow, WorkflowNode } from '../../convert/workflow';
import type { Members } from '../../nodes/AwsS3/s3/answers/members';
import { isMembers } from '../../nodes/AwsS3/s3/answers/members';
import * as registry from '../../nodes/AwsS3/operations';

const to = (node: string) => ({ main: [[{ node, type: 'main', index: 0 }]] });

const nodeOf = (parameters: Members, more: Partial<WorkflowNode> = {}): WorkflowNode => ({
	id: 'old',
	name: 'Old',
	type: 'n8n-nodes-base.awsS3',
	typeVersion: 2,
	position: [400, 100],
	parameters,
	...more,
});

const before: WorkflowNode = { name: 'Before', type: 'n8n-nodes-base.noOp', parameters: {} };
const after: WorkflowNode = { name: 'After', type: 'n8n-nodes-base.noOp', parameters: {} };

/** Before, the node, and After. */
const around = (node: WorkflowNode, more: Partial<Workflow> = {}): Workflow => ({
	nodes: [before, node, after],
	connections: { Before: to(node.name), [node.name]: to('After') },
	...more,
});

const alone = (node: WorkflowNode): Workflow => ({ nodes: [node], connections: {} });

const found = ({ nodes }: Workflow, name: string) => {
	const node = nodes.find((one) => one.name === name);
	if (!node) throw new Error(`There is no node '${name}'`);
	return node;
};

/** The parameters that a node on its own becomes. */
const converted = (parameters: Members, more: Partial<WorkflowNode> = {}) => {
	const { workflow, notes } = convert(alone(nodeOf(parameters, more)));
	const { type, parameters: ours } = found(workflow, 'Old');
	expect(type).toBe('n8n-nodes-aws-s3.awsS3');
	return { ours, notes };
};

const textsOf = (notes: Note[], kind: Note['kind']) =>
	notes.filter((note) => note.kind === kind).map(({ text }) => text);

const refused = (parameters: Members, more: Partial<WorkflowNode> = {}) => {
	const workflow = alone(nodeOf(parameters, more));
	const conversion = convert(workflow);
	expect(conversion.workflow).toEqual(workflow);
	expect(conversion.notes).toHaveLength(1);
	return textsOf(conversion.notes, 'kept')[0];
};

const locator = (mode: string, value: string) => ({ __rl: true, mode, value });

test('every rule leads to an operation with those parameters and options', () => {
	const s3 = { type: 'n8n-nodes-base.s3', typeVersion: 1 };
	const old = {
		...{ bucketName: 'b', name: 'b', fileKey: 'k', fileName: 'f', folderKey: 'd/', folderName: 'd' },
		...{ sourcePath: '/b/k', destinationPath: '/b/l', tagsUi: { tagsValues: [{ key: 'a', value: 'b' }] } },
	};
	const sample = (name: string): unknown => {
		const samples: Members = {
			acl: 'publicRead',
			lockMode: 'governance',
			metadataDirective: 'replace',
			taggingDirective: 'copy',
			storageClass: 'standardIA',
			serverSideEncryption: 'AES256',
			serverSideEncryptionContext: Buffer.from('{"a":"b"}').toString('base64'),
			delimiter: '/',
			prefix: 'p',
			folderKey: 'd/',
			parentFolderKey: 'p',
		};
		return samples[name] ?? true;
	};
	for (const id of Object.keys(operationRules)) {
		const [resource, operation] = id.split('.');
		const options = Object.fromEntries(Object.keys(optionRules[id] ?? {}).map((name) => [name, sample(name)]));
		for (const more of [{}, { typeVersion: 1 }, s3]) {
			const { ours } = converted({ resource, operation, ...old, additionalFields: options, options }, more);
			const known = Object.values(registry).find(
				(one) => one.resource === ours.resource && one.operation === ours.operation,
			);
			const fields = new Map((known?.fields ?? []).map((field) => [field.name as string, field]));
			const {
				resource: _resource,
				operation: _operation,
				credentialType: _type,
				options: chosen,
				...parameters
			} = ours;
			expect([...fields.keys()]).toEqual(expect.arrayContaining(Object.keys(parameters)));
			const ownOptions = JSON.stringify(fields.get('options') ?? {});
			for (const name of Object.keys(isMembers(chosen) ? chosen : {})) expect(ownOptions).toContain(`"name":"${name}"`);
		}
	}
});

test('an upload keeps its expressions, and all around it', () => {
	const node = nodeOf(
		{
			operation: 'upload',
			bucketName: '={{ $json.bucket }}',
			fileName: '={{ $json.id }}.pdf',
			binaryPropertyName: 'file',
			additionalFields: { acl: 'bucketOwnerFullControl', storageClass: 'onezoneIA', requesterPays: false },
			tagsUi: { tagsValues: [{ key: 'a', value: '={{ $json.tag }}' }] },
		},
		{
			notes: 'Important',
			notesInFlow: true,
			retryOnFail: true,
			maxTries: 5,
			onError: 'continueRegularOutput',
			credentials: { aws: { id: '1', name: 'AWS' } },
		},
	);
	const { workflow, notes } = convert(alone(node));
	expect(workflow.nodes).toEqual([
		{
			...node,
			type: 'n8n-nodes-aws-s3.awsS3',
			typeVersion: 1,
			parameters: {
				credentialType: 'aws',
				resource: 'object',
				operation: 'upload',
				bucket: locator('name', '={{ $json.bucket }}'),
				key: '={{ $json.id }}.pdf',
				source: 'binary',
				binaryPropertyName: 'file',
				options: {
					acl: 'bucket-owner-full-control',
					storageClass: 'ONEZONE_IA',
					tags: { values: [{ name: 'a', value: '={{ $json.tag }}' }] },
				},
			},
		},
	]);
	expect(notes).toEqual([{ node: 'Old', kind: 'converted', text: 'File: Upload is now Object: Upload.' }]);
});

test('text has the type that it had', () => {
	const { ours } = converted({
		operation: 'upload',
		bucketName: 'b',
		binaryData: false,
		fileName: 'f',
		fileContent: 't',
	});
	expect(ours).toMatchObject({ source: 'text', text: 't', mimeType: 'text/html', key: 'f' });
});

test('a file without a name gets that of the file', () => {
	const given = { operation: 'upload', bucketName: 'b' };
	const version1 = converted(given, { typeVersion: 1 });
	expect(version1.ours.key).toBe('={{ $binary["data"].fileName }}');
	expect(textsOf(version1.notes, 'changed')).toEqual([]);
	// Version 2 says so and does not do it.
	expect(textsOf(converted(given).notes, 'changed')).toEqual([expect.stringContaining("'File Name' is empty")]);
	const named = converted({ ...given, fileName: '={{ $json.name }}' }, { typeVersion: 1 });
	expect(named.ours.key).toBe('={{ $json.name || $binary["data"].fileName }}');
});

test('folders and names are put together as each version does it', () => {
	const given = { resource: 'folder', bucketName: 'b', folderName: 'n', additionalFields: { parentFolderKey: 'p' } };
	expect(converted(given).ours.folder).toEqual(locator('path', 'p/n'));
	expect(converted(given, { typeVersion: 1 }).ours.folder).toEqual(locator('path', 'pn'));
	expect(inFolder('p', '={{ $json.n }}')).toBe('=p/{{ $json.n }}');
	expect(inFolder('={{ $json.p }}', 'n')).toBe('={{ [$json.p, "n"].filter(Boolean).join("/") }}');
	expect(joined('a', '=b{{ 1 }}')).toBe('=ab{{ 1 }}');
});

test('paths become a bucket and a key', () => {
	expect(splitPath('/b/f/k', '')).toEqual({ bucket: 'b', key: 'f/k' });
	expect(splitPath('b/k', '')).toEqual({ bucket: 'b', key: 'k' });
	expect(splitPath('=/b/{{ $json.Key }}', '')).toEqual({ bucket: 'b', key: '={{ $json.Key }}' });
	expect(splitPath('=/{{ $json.b }}/x/{{ $json.k }}', '')).toEqual({
		bucket: '={{ $json.b }}',
		key: '=x/{{ $json.k }}',
	});
	const { bucket, key } = splitPath('={{ $json.path }}', '');
	const evaluated = (text: string, $json: object): unknown =>
		new Function('$json', `return ${text.replace(/^=\{\{|\}\}$/g, '')}`)($json);
	expect(evaluated(bucket, { path: '/b/f/k' })).toBe('b');
	expect(evaluated(key, { path: '/b/f/k' })).toBe('f/k');
	expect(() => splitPath('bucket', 'Source Path')).toThrow("'Source Path' is not a path");
});

test('values become JavaScript', () => {
	expect(asJavaScript("it's")).toBe('"it\'s"');
	expect(asJavaScript('={{ $json.a }}')).toBe('$json.a');
	expect(asJavaScript('={{ a, b }}')).toBe('(a, b)');
	expect(asJavaScript('=x{{ $json.a }}y')).toBe('["x", $json.a, "y"].join("")');
	expect(() => asJavaScript('=x{{ $json.a')).toThrow('has no end');
});

test('sources of copies are decoded, as S3 decodes them', () => {
	const copy = (sourcePath: string) =>
		converted({ operation: 'copy', sourcePath, destinationPath: '/b/l' }).ours.sourceKey;
	expect(copy('/b/a%20b.txt')).toEqual(locator('key', 'a b.txt'));
	expect(copy('/b/100% sure.txt')).toEqual(locator('key', '100% sure.txt'));
	expect(copy('=/b/{{ encodeURIComponent($json.k) }}')).toEqual(
		locator('key', '={{ decodeURIComponent(encodeURIComponent($json.k)) }}'),
	);
});

test('credentials of AWS stay, and those of other services are explained', () => {
	const assumed = nodeOf(
		{ authentication: 'assumeRole', bucketName: 'b', fileKey: 'k' },
		{ credentials: { awsAssumeRole: { id: '2', name: 'Role' }, aws: { id: '1', name: 'AWS' } } },
	);
	const role = found(convert(alone(assumed)).workflow, 'Old');
	expect(role.credentials).toEqual({ awsAssumeRole: { id: '2', name: 'Role' } });
	expect(role.parameters.credentialType).toBe('awsAssumeRole');
	const minio = { type: 'n8n-nodes-base.s3', typeVersion: 1, credentials: { s3: { id: '3', name: 'MinIO' } } };
	const { workflow, notes } = convert(alone(nodeOf({ bucketName: 'b', fileKey: 'k' }, minio)));
	expect(found(workflow, 'Old')).not.toHaveProperty('credentials');
	expect(textsOf(notes, 'toDo')).toEqual([expect.stringMatching(/S3 credential 'MinIO'.*'Service URL'/)]);
});

test('a node behind gets the old fields, and the old node keeps its name', () => {
	const list = nodeOf({ operation: 'getAll', bucketName: 'b', returnAll: true });
	const { workflow } = convert(around(list));
	expect(workflow.connections).toEqual({
		Before: to('Old'),
		Old: to('Old: Old Fields'),
		'Old: Old Fields': to('After'),
	});
	expect(found(workflow, 'Old').position).toEqual([400, 100]);
	expect(found(workflow, 'Old: Old Fields').parameters.jsonOutput).toBe(
		"={{ { Key: $json.key, LastModified: $json.lastModified, ETag: '\"' + $json.etag + '\"', Size: String($json.size), StorageClass: $json.storageClass } }}",
	);
});

test('where expressions name the node, no other node changes, and pinned items stay', () => {
	const reader: WorkflowNode = {
		name: 'After',
		type: 'n8n-nodes-base.set',
		parameters: { value: "={{ $('Old').first().json.Key }}" },
	};
	const list = nodeOf({ operation: 'getAll', bucketName: 'b' }, { disabled: true });
	const pinData = { Old: [{ json: { Key: 'k' } }], Before: [] };
	const { workflow } = convert({ ...around(list, { pinData }), nodes: [before, list, reader] });
	expect(workflow.nodes).toEqual(expect.arrayContaining([before, reader]));
	expect(workflow.connections).toEqual({
		Before: to('Old (Amazon S3)'),
		'Old (Amazon S3)': to('Old'),
		Old: to('After'),
	});
	expect(found(workflow, 'Old')).toMatchObject({ type: 'n8n-nodes-base.set', disabled: true });
	expect(workflow.pinData).toEqual({ ...pinData, 'Old (Amazon S3)': pinData.Old });
	expect(found(workflow, 'Old').parameters.jsonOutput).toContain("!('key' in $json) ? $json : {");
});

test('a download gives the items of its input, of whichever node', () => {
	const download = nodeOf({ bucketName: 'b', fileKey: 'k' });
	const { workflow } = convert(around(download));
	expect(found(workflow, 'Old: Old Fields').parameters.jsonOutput).toBe('={{ $("Before").item.json }}');
	const other = { ...before, name: 'Other' };
	const twice = convert({
		nodes: [before, other, download, after],
		connections: { Before: to('Old'), Other: to('Old'), Old: to('After') },
	});
	expect(twice.workflow.connections).toEqual({
		Before: to('Old: Input'),
		Other: to('Old: Input'),
		'Old: Input': to('Old'),
		Old: to('Old: Old Fields'),
		'Old: Old Fields': to('After'),
	});
	expect(found(twice.workflow, 'Old: Old Fields').parameters.jsonOutput).toBe('={{ $("Old: Input").item.json }}');
});

test('failures are text, as they were', () => {
	const given = { operation: 'delete', bucketName: 'b', fileKey: 'k' };
	const regular = convert(around(nodeOf(given, { onError: 'continueRegularOutput' }))).workflow;
	expect(found(regular, 'Old: Old Fields').parameters.jsonOutput).toBe(
		'={{ $json.error ? { error: $json.error.message ?? $json.error } : { success: true } }}',
	);
	const failing = nodeOf(given, { onError: 'continueErrorOutput' });
	const own = convert({
		nodes: [before, failing, after],
		connections: { Before: to('Old'), Old: { main: [[], [{ node: 'After', type: 'main', index: 0 }]] } },
	}).workflow;
	expect(own.connections).toMatchObject({
		Old: { main: [to('Old: Old Fields').main[0], to('Old: Old Error').main[0]] },
		'Old: Old Error': to('After'),
	});
	expect(found(own, 'Old: Old Fields').parameters.jsonOutput).toBe('={{ { success: true } }}');
});

test('tools of an agent are converted, without fields behind them', () => {
	const tool = nodeOf(
		{
			operation: 'getAll',
			bucketName: "={{ $fromAI('bucket') }}",
			descriptionType: 'manual',
			toolDescription: 'Lists',
		},
		{ type: 'n8n-nodes-base.awsS3Tool' },
	);
	const connections = { Old: { ai_tool: [[{ node: 'Agent', type: 'ai_tool', index: 0 }]] } };
	const { workflow, notes } = convert({ nodes: [tool], connections });
	expect(workflow.connections).toEqual(connections);
	expect(workflow.nodes).toHaveLength(1);
	expect(workflow.nodes[0]).toMatchObject({
		type: 'n8n-nodes-aws-s3.awsS3Tool',
		parameters: { descriptionType: 'manual', toolDescription: 'Lists' },
	});
	expect(textsOf(notes, 'changed')).toEqual([expect.stringContaining('The agent sees other field names')]);
});

test.each<[string, Members, string]>([
	['an empty key', { operation: 'delete', bucketName: 'b' }, "'File Key' is empty"],
	['an empty folder', { resource: 'folder', operation: 'delete', bucketName: 'b' }, "'Folder Key' is empty"],
	[
		'a choice by expression',
		{ bucketName: 'b', fileKey: 'k', operation: 'upload', fileName: 'f', additionalFields: { acl: '={{ 1 }}' } },
		"'ACL' is an expression",
	],
	[
		'an unknown class',
		{ operation: 'upload', bucketName: 'b', additionalFields: { storageClass: 'outposts' } },
		"'Storage Class' cannot be 'outposts'",
	],
	[
		'another delimiter',
		{ resource: 'bucket', operation: 'search', bucketName: 'b', additionalFields: { delimiter: '-' } },
		"'Delimiter' is '-'",
	],
	[
		'encoded keys',
		{ resource: 'bucket', operation: 'search', bucketName: 'b', additionalFields: { encodingType: 'url' } },
		"'encodingType' has no counterpart",
	],
	[
		'a version in a path',
		{ operation: 'copy', sourcePath: '/b/k?versionId=1', destinationPath: '/b/l' },
		"'Source Path' names a version",
	],
	[
		'a destination without a slash',
		{ operation: 'copy', sourcePath: '/b/k', destinationPath: 'b/l' },
		"does not begin with '/'",
	],
	[
		'options by expression',
		{ operation: 'getAll', bucketName: 'b', options: '={{ {} }}' },
		'All options are one expression',
	],
	[
		'a switch by expression',
		{ operation: 'upload', bucketName: 'b', binaryData: '={{ true }}' },
		"'Binary File' is an expression",
	],
	[
		'a context that is no JSON',
		{ operation: 'upload', bucketName: 'b', additionalFields: { serverSideEncryptionContext: 'x' } },
		'is not JSON in Base64',
	],
	['an unknown operation', { operation: 'rename', bucketName: 'b' }, "'file.rename' has no counterpart"],
])('%s: the node stays as it was', (_, parameters, text) => {
	expect(refused(parameters)).toContain(text);
});

test('a field that is gone and read keeps the old node; one that is not read is told', () => {
	const remove = nodeOf({ resource: 'folder', operation: 'delete', bucketName: 'b', folderKey: 'f/' });
	const reader = { ...after, parameters: { value: '={{ $json.deleted.length }}' } };
	const read = convert({ ...around(remove), nodes: [before, remove, reader] });
	expect(found(read.workflow, 'Old')).toEqual(remove);
	expect(textsOf(read.notes, 'kept')).toEqual([expect.stringContaining("Another node reads 'deleted'")]);
	expect(textsOf(convert(around(remove)).notes, 'changed')).toEqual([expect.stringContaining("in 'objects'")]);
});

test('options of an operation that was selected before have no effect', () => {
	const { ours } = converted({
		...{ operation: 'delete', bucketName: 'b', fileKey: 'k' },
		...{ additionalFields: { acl: 'private' }, options: { versionId: '={{ $json.v }}' } },
	});
	expect(ours.options).toEqual({ versionId: '={{ $json.v }}' });
});

test('what may surprise is told', () => {
	const changed = (parameters: Members, more: Partial<WorkflowNode> = {}) =>
		textsOf(converted(parameters, more).notes, 'changed');
	const s3 = { type: 'n8n-nodes-base.s3', typeVersion: 1 };
	expect(changed({ resource: 'bucket', operation: 'delete', name: 'b' }, s3)).toEqual([
		expect.stringContaining('do nothing'),
	]);
	expect(changed({ resource: 'folder', operation: 'delete', bucketName: 'b', folderKey: 'f' })).toEqual([
		expect.stringContaining('other keys that begin so'),
	]);
	expect(changed({ bucketName: 'b', fileKey: 'a#b?c' })).toEqual([expect.stringContaining('exactly as it is')]);
	const lock = {
		operation: 'upload',
		bucketName: 'b',
		fileName: 'f',
		additionalFields: { lockMode: 'compliance', grantRead: true },
	};
	expect(changed(lock)).toEqual([
		expect.stringContaining("'Confirm Compliance Mode'"),
		expect.stringContaining("'Grant Read' is left out"),
	]);
});

test('a workflow without such nodes stays as it is, and nothing is converted twice', () => {
	const workflow = around(nodeOf({}, { type: 'n8n-nodes-base.noOp' }));
	expect(convert(workflow)).toEqual({ workflow, notes: [] });
	const once = convert(around(nodeOf({ bucketName: 'b', fileKey: 'k' })));
	expect(convert(once.workflow)).toEqual({ workflow: once.workflow, notes: [] });
});

test('files hold a workflow or several', () => {
	const workflow = around(nodeOf({ bucketName: 'b', fileKey: 'k' }), { name: 'W' });
	expect(convertText(`\uFEFF${JSON.stringify(workflow)}`)?.workflows).toEqual([
		{ name: 'W', notes: [expect.objectContaining({ kind: 'converted' })] },
	]);
	expect(JSON.parse(convertText(JSON.stringify([workflow, workflow]))?.text ?? '')).toHaveLength(2);
	for (const other of ['', '{', '[]', '{}', '[1]']) expect(convertText(other)).toBeUndefined();
});

test('a report names each thing once', () => {
	const kept = { kind: 'kept', text: 'It is empty. Complete it.' } as const;
	expect(
		report('W', [
			{ node: 'A', ...kept },
			{ node: 'B', ...kept },
		]),
	).toBe("W\n  Not converted: 'A', 'B'. It is empty. Complete it.\n");
	expect(report('W', [])).toContain('no AWS S3 or S3 nodes');
});
