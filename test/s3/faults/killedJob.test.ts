import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { killRuns } from '../../support/kills';
import { bucketName, credentials, sdk, server } from '../../support/s3';

/** The same numbers in each run. */
const randomOf = (seed: number) => {
	let state = seed;
	return () => {
		state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
		return state / 2 ** 32;
	};
};

test('a job that is killed three times goes on from its journals: all arrives, and little is sent twice', async () => {
	const result = await killRuns({
		...{ sdk, connection: { ...credentials, region: server.region }, folder: mkdtempSync(join(tmpdir(), 'kills-')) },
		...{ buckets: { source: bucketName(), destination: bucketName() }, compare: 'always', random: randomOf(7) },
		...{ kills: 3, small: 60, large: 2 },
	});
	const { killed, outputs, source, destination, state, journals } = result;
	expect(killed).toBe(3);
	expect(Object.keys(source)).toHaveLength(62);
	expect(destination).toEqual(source);
	const [last] = outputs as Array<{ reasons?: Record<string, number>; total?: { copied: number } }>;
	expect(last).toMatchObject({ done: true, failed: 0, jobName: 'killed' });
	expect(last?.reasons?.doneBefore).toBeGreaterThan(0);
	expect(last?.total?.copied).toBeGreaterThanOrEqual(62);
	expect(state).toMatchObject({ runs: { all: 4, successful: 1, failed: 3 } });
	expect(state?.lastRuns[0]).toMatchObject({ how: 'successful', continues: state?.lastRuns[1]?.id });
	expect(journals).toMatchObject({ runs: 4, withTotals: 1 });
});
