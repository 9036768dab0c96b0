import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { passing } from '../../nodes/AwsS3/s3/flow/scavenge';

const MiB = 1024 ** 2;

test('the buffers that have passed are freed in time', () => {
	const before = process.memoryUsage().arrayBuffers;
	let most = 0;
	for (let passed = 0; passed < 512; passed++) {
		new Uint8Array(MiB).fill(1);
		passing(MiB);
		most = Math.max(most, process.memoryUsage().arrayBuffers - before);
	}
	expect(most).toBeLessThan(100 * MiB);
});

test('an operator who has asked Node for the collector keeps it', () => {
	setFlagsFromString('--expose-gc');
	passing(64 * MiB);
	const collector: unknown = runInNewContext('typeof gc');
	setFlagsFromString('--no-expose-gc');
	expect(collector).toBe('function');
});
