/**
 * The rooms (folders) of `nodes/AwsS3`. A room may import itself and the rooms above it in this list; across layers,
 * only the layers that `layers` allows. Source of the lint rule, of the table in `CONTRIBUTING.md` and of
 * `test/unit/rooms.test.ts`.
 */
export const rooms = [
	['content', 'data formats: CSV, JSON, gzip, zip; depends on neither n8n nor S3'],
	['content/columns', 'the types of the columns of a CSV: numbers, booleans, dates'],
	['content/report', 'reports: the model, and the HTML page, CSV and JSON that are made of it'],
	['s3', 'types that all S3 rooms share: addresses, connections, capabilities, failures'],
	['s3/flow', 'how work runs: pool, concurrency, memory, the engine for many objects'],
	['s3/identity', 'the identity of the machine, where the administrator of n8n allows it'],
	['s3/answers', 'what servers answer: checked, and asked for before a server may misread a write'],
	['s3/sdk', 'parts and settings of the SDK: network, middleware, retries and slowing down, checksums'],
	['s3/client', 'the client of a connection: credentials, regions, signatures, failures'],
	['s3/list', 'requests without content: listings, versions, uploads, heads'],
	['s3/read', 'downloads: resumed, in parallel ranges, verified'],
	['s3/notification', 'what makes S3 send its events: entries in the notifications of a bucket'],
	['s3/settings', 'settings of buckets, ACLs, tags'],
	['s3/delete', 'deletions, and the locks that prevent them'],
	['s3/parts', 'parts of uploads: size, checksums, memory and temporary files, resuming'],
	['s3/write', 'uploads: whole or in parts, conditions, protection'],
	['s3/copy', 'copies and moves, inside S3 and between connections'],
	['s3/kept', 'what copies keep in addition to content: times, owners, grants, locks, tags'],
	['s3/analysis', 'analysis before a move: statistics, hazards for a target, cost'],
	['s3/pairs', 'both sides of a transfer, key by key: listings in lock step, decisions, what a source can do'],
	['s3/sync', 'runs of transfers: copies, backups, deletions and their limits, verification'],
	['s3/sources', 'what a transfer copies: a bucket, its past, a list or items; mapping of keys'],
	['s3/histories', 'transfers of all versions, with delete markers, in their order'],
	['s3/job', 'jobs of transfers: state, lease, journals, when they end'],
	['s3/plan', 'plans of transfers as objects: written, checked, carried out'],
	['s3/record', 'records of what another system has of a source: read, compared, confirmed'],
	['s3/changes', 'what has changed in a bucket since the last look: events, and the state that they come from'],
	['s3/events', "S3's own events: from a queue or by webhook, checked, each once"],
	['core', 'the contract of an operation and of its fields'],
	['core/errors', 'error messages for users'],
	['core/fields', 'fields that most operations share, and the reader of parameters'],
	['core/filters', 'filters for listed objects: by patterns, size, time and class'],
	['core/objectFields', 'fields of operations that read, write, copy or delete objects'],
	['core/io', 'items in and out: binary fields, sources, formats, JSON'],
	['core/connection', 'credentials: reading, testing, signing HTTP requests, lists in the editor'],
	['core/runner', 'runs an operation over the input items, and builds the description of the node'],
	['core/pollTrigger', 'the polling trigger: its parameters, what n8n keeps of it, its output'],
	['core/eventTrigger', 'the trigger on events of S3: its fields, its ways of delivery, its items'],
	['operations/transfer/analysis', 'Sync & Migrate: analysis of the source, and of names that the destination allows'],
	['operations/transfer/fields', 'Sync & Migrate: the fields, and the reader of their parameters'],
	['operations/transfer/source', 'Sync & Migrate: where the list of what to copy comes from'],
	['operations/transfer/reports', 'Sync & Migrate: what runs and comparisons record, as reports'],
	['operations/transfer/runs', 'Sync & Migrate: runs, their progress and their output items'],
	['operations', 'one file per operation in a folder per resource, with helpers that only these use'],
];

/** The layers, and the other layers that each may import. */
export const layers = { content: [], s3: [], core: ['s3', 'content'], operations: ['core', 's3', 'content'] };

const root = /^.*nodes\/AwsS3\//;

/** Returns the room of a file by its path; undefined for files outside all rooms, such as the node itself. */
export const roomOf = (path) => {
	const folder = path.replaceAll('\\', '/').replace(root, '').split('/').slice(0, -1);
	const isRoom = (name) => rooms.some(([room]) => room === name);
	// The folder of a resource is no room of its own.
	return [folder.join('/'), folder.slice(0, folder[0] === 'operations' ? 1 : 0).join('/')].find(isRoom);
};

/** Returns the resource whose folder holds a file of an operation; undefined for other files. */
export const resourceOf = (path) => /nodes\/AwsS3\/operations\/(\w+)\//.exec(path.replaceAll('\\', '/'))?.[1];

const layerOf = (room) => room.split('/')[0];

/** Returns whether a file in room `from` may import a file in room `to`. */
export const mayImport = (from, to) => {
	if (layerOf(from) !== layerOf(to)) return layers[layerOf(from)].includes(layerOf(to));
	const order = (name) => rooms.findIndex(([room]) => room === name);
	return order(to) <= order(from);
};
