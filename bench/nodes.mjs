// The same work, told to this package's node and to the one that comes with n8n.
const list = (entries) => [
	{
		name: 'List',
		type: 'n8n-nodes-base.set',
		typeVersion: 3.4,
		parameters: { mode: 'raw', jsonOutput: JSON.stringify({ entry: entries }), options: {} },
	},
	{
		name: 'Items',
		type: 'n8n-nodes-base.splitOut',
		typeVersion: 1,
		parameters: { fieldToSplitOut: 'entry', options: {} },
	},
];

/** A node of this package. */
export const ours = (name, operation, parameters) => {
	const [resource, verb] = operation.split('.');
	return {
		name,
		type: 'n8n-nodes-aws-s3.awsS3',
		typeVersion: 1,
		parameters: { resource, operation: verb, ...parameters },
	};
};

const theirs = (name, operation, parameters) => {
	const [resource, verb] = operation.split('.');
	return {
		name,
		type: 'n8n-nodes-base.awsS3',
		typeVersion: 2,
		parameters: { resource, operation: verb, ...parameters },
	};
};

/** Each contender: how it uploads and downloads the items `{ entry }`, and copies one big object through n8n. */
export const contenders = {
	'this node': {
		uploadText: (bucket, text) =>
			ours('Work', 'object.upload', { bucket, key: '={{ "small/" + $json.entry }}', source: 'text', text }),
		download: (bucket) => ours('Work', 'object.download', { bucket, key: '={{ "small/" + $json.entry }}' }),
		head: (bucket) => ours('Work', 'object.get', { bucket, key: '={{ "small/" + $json.entry }}' }),
		delete: (bucket) => ours('Work', 'object.delete', { bucket, key: '={{ "small/" + $json.entry }}' }),
		list: (bucket, prefix) => ours('Work', 'object.getAll', { bucket, prefix, returnAll: true }),
		deleteMany: (bucket, folder) => ours('Work', 'folder.delete', { bucket, folder }),
		big: (bucket, from, to) => [
			ours('Down', 'object.download', { bucket, key: from }),
			ours('Up', 'object.upload', { bucket, key: to }),
		],
	},
	'built-in node': {
		uploadText: (bucket, text) =>
			theirs('Work', 'file.upload', {
				bucketName: bucket,
				fileName: '={{ "small/" + $json.entry }}',
				binaryData: false,
				fileContent: text,
				additionalFields: {},
			}),
		download: (bucket) =>
			theirs('Work', 'file.download', { bucketName: bucket, fileKey: '={{ "small/" + $json.entry }}' }),
		delete: (bucket) =>
			theirs('Work', 'file.delete', { bucketName: bucket, fileKey: '={{ "small/" + $json.entry }}', options: {} }),
		list: (bucket, prefix) =>
			theirs('Work', 'file.getAll', { bucketName: bucket, returnAll: true, options: { folderKey: prefix } }),
		big: (bucket, from, to) => [
			theirs('Down', 'file.download', { bucketName: bucket, fileKey: from }),
			theirs('Up', 'file.upload', { bucketName: bucket, fileName: to, binaryData: true, additionalFields: {} }),
		],
	},
};

/** A workflow of nodes one after the other, from a manual start, with the credentials in place. */
export const workflow = (name, steps, credentials) => {
	const all = [{ name: 'Start', type: 'n8n-nodes-base.manualTrigger', typeVersion: 1, parameters: {} }, ...steps];
	const nodes = all.map((step, index) => ({
		id: `n${index}`,
		position: [index * 200, 0],
		...step,
		...(step.type.endsWith('.awsS3') && { credentials }),
	}));
	const connections = Object.fromEntries(
		all
			.slice(0, -1)
			.map((step, index) => [step.name, { main: [[{ node: all[index + 1].name, type: 'main', index: 0 }]] }]),
	);
	// The times of the nodes are read from what the run leaves behind.
	const settings = { executionOrder: 'v1', saveDataSuccessExecution: 'all' };
	return { name, nodes, connections, settings };
};

export { list };
