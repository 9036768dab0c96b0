import type { INodeExecutionData } from 'n8n-workflow';
import type { Connection } from '../../s3/client/client';
import type { AnyParams } from '../field';
import type { Operation } from '../operation';

const asCount = (value: unknown) => (value === true ? 1 : typeof value === 'number' ? value : 0);

const total = (items: INodeExecutionData[], countOf: (json: INodeExecutionData['json']) => number) =>
	items.reduce((sum, { json }) => sum + countOf(json), 0);

const objectsWere = (count: number) => `${count.toLocaleString('en')} ${count === 1 ? 'object was' : 'objects were'}`;

/**
 * Returns the hints for an output: how many changes a dry run planned, and how many objects were skipped or refused.
 */
export const hintsOn = (items: INodeExecutionData[], isDryRun: boolean): string[] => {
	const planned = total(items, ({ dryRun, skipped, error }) => (skipped || error ? 0 : asCount(dryRun)));
	// A transfer says for each reason how many it has skipped, most of them because they are the same.
	const skipped = total(items, ({ skipped: value, reasons }) => (reasons ? 0 : asCount(value)));
	const failed = total(
		items,
		({ failed: value, deleted, error }) => asCount(value) + asCount(deleted === false && error !== undefined),
	);
	const changesAre = planned === 1 ? '1 change is' : `${planned.toLocaleString('en')} changes are`;
	return [
		...(isDryRun
			? [`Dry run: ${changesAre} planned, none was made. Take 'Dry Run' out of 'Options' to make them.`]
			: []),
		...(skipped > 0 ? [`${objectsWere(skipped)} skipped, as 'If Exists' says.`] : []),
		...(failed > 0 ? [`${objectsWere(failed)} refused by S3; the output says which, and why.`] : []),
	];
};

/** Returns the hints for keys that are stored with a slash at their beginning. */
export const slashHints = ({ writesTo }: Pick<Operation, 'writesTo'>, params: AnyParams[]): string[] =>
	params
		.map((itemParams) => (writesTo ? itemParams[writesTo.key] : undefined))
		.filter((key) => typeof key === 'string' && key.startsWith('/'))
		.map(
			(key) =>
				`'${key}' begins with a slash, which S3 keeps as a part of the key. Leave the slash out unless that is meant.`,
		);

/** Returns the hint that a key, or all that begins with it, is not what a connection is for. */
export const outsideHint = ({ bucket: own = '', prefix = '' }: Connection, bucket: string, key: string): string => {
	const what = key === '' ? `All of bucket '${bucket}'` : `'${key}' in bucket '${bucket}'`;
	return `${what} is outside of '${prefix}' in bucket '${own}', which the connection is for. If its keys are restricted to that, S3 refuses the rest.`;
};
