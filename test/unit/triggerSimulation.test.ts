import { startFakeS3 } from '../support/fakeS3';
import { randomCases } from '../support/randomCases';
import { randomOf } from '../support/randomOf';
import { activeTrigger } from '../support/poll';
import { simulate } from '../support/triggerSimulation';
import type { World } from '../support/triggerSimulation';

/**
 * A bucket that dates objects as Amazon S3 does: in whole seconds, and uploads in parts by their start.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingMetadata.html
 */
const awsDatedWorld = async () => {
	const at = { refused: 0, page: 0, time: Date.parse('2026-01-01T00:00:00Z') };
	const fake = await startFakeS3(
		(line) => {
			if (!line.includes('list-type=2') || at.refused === 0) return undefined;
			at.page = line.includes('continuation-token') ? at.page + 1 : 1;
			return at.page === at.refused ? 403 : undefined;
		},
		{ pageSize: 2 },
	);
	/** Three writes or so happen within a second. */
	const date = () => {
		at.time += 300;
		return new Date(Math.floor(at.time / 1000) * 1000);
	};
	const path = (key: string) => `bucket/${key}`;
	for (const key of ['1', '2', '3', '4', '5', '6', '7']) fake.put(path(key), key, undefined, date());
	const world: World = {
		put: async (key, body) => fake.put(path(key), body, undefined, date()),
		remove: async (key) => fake.remove(path(key)),
		begin: async (key) => {
			const start = date();
			return async (body) => fake.put(path(key), body, `${'0'.repeat(24)}${String(at.time).slice(-8)}-2`, start);
		},
		refuse: (page) => {
			[at.refused, at.page] = [page, 0];
		},
		list: async () =>
			fake.listed('bucket').map(({ key, etag, modified }) => ({ key, etag, lastModified: modified.getTime() })),
	};
	return { world, connection: fake.connection };
};

const names = [
	'a',
	'a/b',
	'a/c',
	'b.csv',
	'b (2).csv',
	'c',
	'd//e',
	'd/e',
	'ü',
	'\uffee',
	'😀',
	'😀/1',
	'~',
	'x',
	'y',
	'z',
];

const rounds = randomCases(100, 40);
/** In milliseconds, for many rounds on a busy machine. */
const timeout = 120_000 + rounds * 2000;

test.each<[string, object]>([
	['in n8n', {}],
	['in an object', { maxInline: 0 }],
])(
	'every difference between two polls is reported once, and none is invented, with the state %s',
	async (where, options) => {
		const { world, connection } = await awsDatedWorld();
		const events = ['created', 'modified', 'deleted'];
		const trigger = activeTrigger(connection, { bucket: 'bucket', events, options: { ...options } });
		const count = await simulate(world, trigger, { rounds, random: randomOf(`trigger ${where}`), names });
		expect(count.events).toBeGreaterThan(rounds / 2);
		expect(count.uploadsInParts).toBeGreaterThan(rounds / 20);
		// Why there is a state at all.
		expect(count.missedByNewestTime).toBeGreaterThan(0);
	},
	timeout,
);
