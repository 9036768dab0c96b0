import { createHash } from 'node:crypto';
import { CheckStatus } from '@stryker-mutator/api/check';
import { PluginKind, declareFactoryPlugin } from '@stryker-mutator/api/plugin';

const share = Number(process.env.SHARE);

/** A fixed number from 0 to 1 for each change, by its place. */
const lot = ({ fileName, location: { start }, replacement }) =>
	createHash('sha1')
		.update(`${fileName.split('/nodes/').at(-1)} ${start.line} ${start.column} ${replacement}`)
		.digest()
		.readUInt32BE() /
	2 ** 32;

/** Tries only a share of the changes. Stryker has a status for changes that do not compile, and none for those left out. */
export const strykerPlugins = [
	declareFactoryPlugin(PluginKind.Checker, 'sample', () => ({
		init: async () => {},
		group: async (mutants) => [mutants.map(({ id }) => id)],
		check: async (mutants) =>
			Object.fromEntries(
				mutants.map((mutant) => [
					mutant.id,
					lot(mutant) < share
						? { status: CheckStatus.Passed }
						: { status: CheckStatus.CompileError, reason: 'not in the sample' },
				]),
			),
	})),
];
