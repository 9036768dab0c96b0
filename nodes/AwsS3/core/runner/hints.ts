import type { INodeExecutionData } from 'n8n-workflow';

const counted = (value: unknown) => (value === true ? 1 : typeof value === 'number' ? value : 0);

const sum = (items: INodeExecutionData[], of: (json: INodeExecutionData['json']) => number) =>
	items.reduce((total, { json }) => total + of(json), 0);

const objects = (count: number) => `${count.toLocaleString('en')} ${count === 1 ? 'object was' : 'objects were'}`;

/** What users have to know of an output at a glance: that nothing was done yet, or that something was not done. */
export const hintsOn = (items: INodeExecutionData[], isDryRun: boolean): string[] => {
	const planned = sum(items, ({ dryRun, skipped, error }) => (skipped || error ? 0 : counted(dryRun)));
	const skipped = sum(items, ({ skipped: own }) => counted(own));
	const failed = sum(
		items,
		({ failed: own, deleted, error }) => counted(own) + counted(deleted === false && error !== undefined),
	);
	const changes = planned === 1 ? '1 change is' : `${planned.toLocaleString('en')} changes are`;
	return [
		...(isDryRun ? [`Dry run: ${changes} planned, none was made. Take 'Dry Run' out of 'Options' to make them.`] : []),
		...(skipped > 0 ? [`${objects(skipped)} skipped, as 'If Exists' says.`] : []),
		...(failed > 0 ? [`${objects(failed)} refused by S3; the output says which, and why.`] : []),
	];
};
