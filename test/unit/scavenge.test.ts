import { PerformanceObserver, constants } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { runInNewContext } from 'node:vm';
import { passing } from '../../nodes/AwsS3/s3/flow/scavenge';

const MiB = 1024 ** 2;

const isYoung = (entry: object) =>
	'detail' in entry &&
	typeof entry.detail === 'object' &&
	entry.detail !== null &&
	'kind' in entry.detail &&
	entry.detail.kind === constants.NODE_PERFORMANCE_GC_MINOR;

test('young objects are collected for each 8 MiB that pass', async () => {
	let collections = 0;
	const observer = new PerformanceObserver((list) => {
		collections += list.getEntries().filter(isYoung).length;
	});
	observer.observe({ entryTypes: ['gc'] });
	for (let passed = 0; passed < 64; passed++) passing(MiB);
	// Node tells of them later.
	await sleep(200);
	observer.disconnect();
	expect(collections).toBeGreaterThanOrEqual(8);
});

test('the buffers that have passed are freed by it', () => {
	const before = process.memoryUsage().arrayBuffers;
	for (let passed = 0; passed < 256; passed++) {
		new Uint8Array(MiB).fill(1);
		passing(MiB);
	}
	expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(32 * MiB);
});

test('nobody else gets the collector by it', () => {
	passing(8 * MiB);
	expect(runInNewContext('typeof gc')).toBe('undefined');
});
