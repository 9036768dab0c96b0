import { PerformanceObserver, constants } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import v8 from 'node:v8';
import { passing } from '../../nodes/AwsS3/s3/scavenge';

const MiB = 1024 ** 2;

const isOfYoung = (entry: object) =>
	'detail' in entry &&
	typeof entry.detail === 'object' &&
	entry.detail !== null &&
	'kind' in entry.detail &&
	entry.detail.kind === constants.NODE_PERFORMANCE_GC_MINOR;

/** How often V8 has collected its young objects while so many MiB passed. */
const collectionsWhile = async (mib: number) => {
	let count = 0;
	const observer = new PerformanceObserver((list) => (count += list.getEntries().filter(isOfYoung).length));
	observer.observe({ entryTypes: ['gc'] });
	for (let passed = 0; passed < mib; passed++) passing(MiB);
	// Entries are told of later.
	await sleep(20);
	observer.disconnect();
	return count;
};

/** V8's own figures, but for the size of its memory for young objects. */
const withYoungOf = (size: number) => {
	const { getHeapSpaceStatistics: real } = v8;
	return jest
		.spyOn(v8, 'getHeapSpaceStatistics')
		.mockImplementation(() =>
			real().map((space) => (space.space_name === 'new_space' ? { ...space, space_size: size } : space)),
		);
};

afterEach(() => jest.restoreAllMocks());

test('young objects are collected for each 16 MiB that pass', async () => {
	withYoungOf(64 * MiB);
	expect(await collectionsWhile(64)).toBeGreaterThanOrEqual(4);
});

test('where V8 has little memory for them, it is left alone, so that it takes no more', async () => {
	const statistics = withYoungOf(32 * MiB);
	expect(await collectionsWhile(64)).toBeLessThan(4);
	expect(statistics).toHaveBeenCalledTimes(4);
});
