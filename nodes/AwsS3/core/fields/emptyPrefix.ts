import { badInput } from '../errors/badInput';
import { field } from '../field';

export const wholeBucket = field({
	displayName: 'Allow Empty Prefix',
	name: 'wholeBucket',
	type: 'boolean',
	default: true,
	description: 'Whether an empty prefix, which means the whole bucket, is meant',
});

/** Throws for an empty prefix, unless the whole bucket is meant: an expression that gives nothing must not cost everything. */
export const checkPrefix = (prefix: string, isMeant = false) => {
	if (prefix !== '' || isMeant) return;
	throw badInput("'Prefix' is empty", "Enter a prefix, or add 'Allow Empty Prefix' in 'Options' for the whole bucket.");
};
