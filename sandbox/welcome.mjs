// The workflow that the demo begins with: three nodes, and what to try next.
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

const bucket = { __rl: true, mode: 'name', value: 'sample-data' };

/** A workflow as n8n imports it, without its credential. */
export const welcome = {
	name: 'Welcome to Amazon S3: begin here',
	nodes: [
		note(
			'Welcome',
			'## Welcome to Amazon S3\n\nThe storage and its files are on your computer: try what you like.\n\n**Execute the workflow.** It lists the files of a bucket and reads the first rows of one of them.',
			[-80, -280],
			[420, 220],
			6,
		),
		note(
			'Next',
			'### Next\n\n1. Double-click *Only the Weather* and replace the key with `finance/stocks.csv`. Execute the workflow again.\n2. In *List Files* enter `finance/` as *Prefix*.\n3. Press Tab and type **S3** to add a node.\n4. Create a credential of your own: the terminal shows the keys.\n5. Open the other workflows; they have the tag *Amazon S3*.',
			[360, -280],
			[460, 220],
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
			name: 'Only the Weather',
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
							rightValue: 'weather/seattle-weather.csv',
							operator: { type: 'string', operation: 'equals' },
						},
					],
				},
				options: {},
			},
		},
		s3('Read a Table', [720, 0], {
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
		'List Files': { main: [[{ node: 'Only the Weather', type: 'main', index: 0 }]] },
		'Only the Weather': { main: [[{ node: 'Read a Table', type: 'main', index: 0 }]] },
	},
	settings: { executionOrder: 'v1' },
};
