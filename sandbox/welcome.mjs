// The first workflow of the demo: three nodes, and notes that say what to try next.
const note = (name, content, position, [width, height], color) => ({
	id: name.toLowerCase(),
	name,
	type: 'n8n-nodes-base.stickyNote',
	typeVersion: 1,
	position,
	parameters: { content, width, height, color },
});

const s3 = (name, position, parameters) => ({
	id: name.toLowerCase().replaceAll(' ', '-'),
	name,
	type: 'n8n-nodes-aws-s3.awsS3',
	typeVersion: 1,
	position,
	parameters,
});

const bucket = { __rl: true, mode: 'list', value: 'sample-data', cachedResultName: 'sample-data' };
const file = 'weather/seattle-weather.csv';

/** A workflow as n8n imports it, without its credential. */
export const welcome = {
	name: 'Welcome to Amazon S3: begin here',
	nodes: [
		note(
			'Welcome',
			'## Welcome to Amazon S3\n\nThe S3 server and its files are on your computer, so try what you like.\n\n**Execute the workflow.** It lists the files of a bucket and reads the rows of one of them.',
			[-80, -280],
			[420, 210],
			6,
		),
		note(
			'Next',
			'### Try next\n\n1. In *List Files*, enter `finance/` in *Prefix*.\n2. In *Only One File*, replace the key by `finance/stocks.csv`. Execute the workflow again.\n3. In *Read Rows*, change *Limit* to read more rows.\n4. Press Tab, type **S3**, **file** or **backup**, and add a node.\n5. Open the other workflows: they have the tag *Amazon S3*.',
			[360, -280],
			[500, 210],
			7,
		),
		{
			id: 'start',
			name: 'Start',
			type: 'n8n-nodes-base.manualTrigger',
			typeVersion: 1,
			position: [0, 0],
			parameters: {},
		},
		s3('List Files', [240, 0], { resource: 'object', operation: 'getAll', bucket, returnAll: true }),
		{
			id: 'one',
			name: 'Only One File',
			type: 'n8n-nodes-base.filter',
			typeVersion: 2.2,
			position: [480, 0],
			parameters: {
				conditions: {
					options: { caseSensitive: true, leftValue: '', typeValidation: 'strict', version: 2 },
					combinator: 'and',
					conditions: [
						{
							id: 'key',
							leftValue: '={{ $json.key }}',
							rightValue: file,
							operator: { type: 'string', operation: 'equals' },
						},
					],
				},
				options: {},
			},
		},
		s3('Read Rows', [720, 0], {
			resource: 'object',
			operation: 'read',
			bucket,
			key: { __rl: true, mode: 'key', value: '={{ $json.key }}' },
			format: 'auto',
			returnAll: false,
			limit: 20,
		}),
	],
	connections: {
		Start: { main: [[{ node: 'List Files', type: 'main', index: 0 }]] },
		'List Files': { main: [[{ node: 'Only One File', type: 'main', index: 0 }]] },
		'Only One File': { main: [[{ node: 'Read Rows', type: 'main', index: 0 }]] },
	},
	settings: { executionOrder: 'v1' },
};
