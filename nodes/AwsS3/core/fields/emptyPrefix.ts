import { badInput } from '../errors/badInput';
import { field } from '../field';

export const wholeBucket = field({
	displayName: 'Allow Empty Prefix',
	name: 'wholeBucket',
	type: 'boolean',
	default: true,
	description: 'Whether an empty prefix, which means the whole bucket, is meant',
});

/**
 * Throws for an empty prefix unless the user allows it: an expression without a result must not select the whole
 * bucket.
 */
export const checkPrefix = (prefix: string, isMeant = false) => {
	if (prefix !== '' || isMeant) return;
	throw badInput("'Prefix' is empty", "Enter a prefix, or add 'Allow Empty Prefix' in 'Options' for the whole bucket.");
};
