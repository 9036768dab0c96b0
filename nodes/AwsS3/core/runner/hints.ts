import type { INodeExecutionData } from 'n8n-workflow';
import type { Connection } from '../../s3/client/client';
import type { AnyParams } from '../field';
import { objectsInWords } from '../io/statisticsPlots';
import type { Operation } from '../operation';

const asCount = (value: unknown) => (value === true ? 1 : typeof value === 'number' ? value : 0);

const total = (items: INodeExecutionData[], countOf: (json: INodeExecutionData['json']) => number) =>
	items.reduce((sum, { json }) => sum + countOf(json), 0);

const objectsWere = (count: number) => `${objectsInWords(count)} ${count === 1 ? 'was' : 'were'}`;

/** Returns the hints for an output: how many changes a dry run planned, and how many objects were skipped or failed. */
export const hintsOn = (items: INodeExecutionData[], isDryRun: boolean): string[] => {
	const planned = total(items, ({ dryRun, skipped, error }) => (skipped || error ? 0 : asCount(dryRun)));
	// A transfer itself counts skipped objects by reason.
	const skipped = total(items, ({ skipped: value, reasons }) => (reasons ? 0 : asCount(value)));
	const failed = total(
		items,
		({ failed: value, deleted, error }) => asCount(value) + asCount(deleted === false && error !== undefined),
	);
	const changesAre = planned === 1 ? '1 change is' : `${planned.toLocaleString('en')} changes are`;
	return [
		...(isDryRun
			? [`Dry run: ${changesAre} planned, nothing was changed. Remove 'Dry Run' from 'Options' to make the changes.`]
			: []),
		...(skipped > 0 ? [`${objectsWere(skipped)} skipped because of 'If Exists'.`] : []),
		...(failed > 0 ? [`${objectsInWords(failed)} could not be processed. See the output for the reasons.`] : []),
	];
};

/** Returns the hints for keys that are stored with a leading slash. */
export const slashHints = ({ writesTo }: Pick<Operation, 'writesTo'>, params: AnyParams[]): string[] =>
	params
		.map((itemParams) => (writesTo ? itemParams[writesTo.key] : undefined))
		.filter((key) => typeof key === 'string' && key.startsWith('/'))
		.map(
			(key) => `'${key}' starts with a slash, which S3 keeps as part of the key. Remove the slash unless you want it.`,
		);

/** Returns the hint that a key or prefix is outside the prefix of a connection. */
export const outsideHint = ({ bucket: own = '', prefix = '' }: Connection, bucket: string, key: string): string => {
	const what = key === '' ? `All of bucket '${bucket}'` : `'${key}' in bucket '${bucket}'`;
	return `${what} is outside the credential's prefix '${prefix}' in bucket '${own}'. If its keys are restricted to this prefix, S3 denies access.`;
};
