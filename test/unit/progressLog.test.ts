import type { Logger } from 'n8n-workflow';
import { progressLog } from '../../nodes/AwsS3/core/runner/progressLog';

test('a line every 10 seconds, with the time since the beginning', () => {
	const lines: string[] = [];
	const logger = { info: (line: string) => lines.push(line) } as unknown as Logger;
	let now = 1000;
	const clock = jest.spyOn(performance, 'now').mockImplementation(() => now);
	const log = progressLog({ logger }, (seconds) => `after ${seconds} s`);
	for (now = 1000; now <= 31_000; now += 1000) log();
	expect(lines).toEqual(['after 10 s', 'after 20 s', 'after 30 s']);
	clock.mockRestore();
});
