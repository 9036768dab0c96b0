import { createHash } from 'node:crypto';
import { CheckStatus } from '@stryker-mutator/api/check';
import { PluginKind, declareFactoryPlugin } from '@stryker-mutator/api/plugin';

const share = Number(process.env.SHARE);

/** A number from 0 to 1 that a change always has, and that says nothing about it. */
const lot = ({ fileName, location: { start }, replacement }) =>
	createHash('sha1')
		.update(`${fileName.split('/nodes/')[1]} ${start.line} ${start.column} ${replacement}`)
		.digest()
		.readUInt32BE() /
	2 ** 32;

/** Keeps Stryker from trying more than a share of the changes. Its own check of types is at the same place, hence the status. */
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
