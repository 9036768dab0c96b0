/**
 * The rooms of `nodes/AwsS3`, from the bottom up: a room imports itself and rooms that stand above it in this list, and of
 * other layers only those that its layer names. The lint rule, `CONTRIBUTING.md` and `test/unit/rooms.test.ts` read it.
 */
export const rooms = [
	['content', 'formats of data: CSV, JSON, gzip, zip; knows neither n8n nor S3'],
	['s3', 'what all rooms of S3 speak of: addresses, connections, capabilities, failures'],
	['s3/flow', 'how work runs, whatever it is: pool, limits, memory, retries, the engine for many objects'],
	['s3/client', 'the client of a connection: network, credentials, regions, signatures'],
	['s3/list', 'what S3 tells without content: listings, versions, uploads, heads'],
	['s3/read', 'downloads: resumed, in parallel ranges, verified'],
	['s3/settings', 'settings of buckets, ACLs, tags'],
	['s3/delete', 'deletions, and the locks that forbid them'],
	['s3/write', 'uploads: parts, checksums, conditions, resuming'],
	['s3/copy', 'copies and moves inside S3 and between connections'],
	['core', 'the contract of an operation and of its fields'],
	['core/errors', 'what users read when something fails'],
	['core/fields', 'fields that most operations share, and how parameters are read'],
	['core/objectFields', 'fields of what reads, writes, copies or deletes objects'],
	['core/io', 'items in and out: binary fields, sources, formats, JSON'],
	['core/connection', 'credentials: reading, testing, signing requests of others, lists in the editor'],
	['core/runner', 'runs an operation over its items, and describes all of them to n8n'],
	['operations', 'one file per verb, in a folder per resource, with what serves these verbs only'],
];

/** The layers of rooms, and the other layers that each of them may import. */
export const layers = { content: [], s3: [], core: ['s3', 'content'], operations: ['core', 's3', 'content'] };

const root = /^.*nodes\/AwsS3\//;

/** The room of a file by its path; undefined for files outside of all rooms, such as the node itself. */
export const roomOf = (path) => {
	const folder = path.replaceAll('\\', '/').replace(root, '').split('/').slice(0, -1);
	const name = folder[0] === 'operations' ? 'operations' : folder.join('/');
	return rooms.some(([room]) => room === name) ? name : undefined;
};

const layerOf = (room) => room.split('/')[0];

/** Whether a file in one room may import a file in another. */
export const mayImport = (from, to) => {
	if (layerOf(from) !== layerOf(to)) return layers[layerOf(from)].includes(layerOf(to));
	const order = (name) => rooms.findIndex(([room]) => room === name);
	return order(to) <= order(from);
};
