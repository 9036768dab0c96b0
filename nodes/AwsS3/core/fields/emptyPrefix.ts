import { badInput } from '../errors/badInput';
import type { AnyParams, Field } from '../field';
import { field } from '../field';

export const wholeBucket = field({
	displayName: 'Allow Empty Prefix',
	name: 'wholeBucket',
	type: 'boolean',
	default: true,
	description: 'Whether an empty prefix is meant: the prefix of the connection, or else the whole bucket',
});

/** Whether an operation has the option, so that an empty prefix has to be confirmed. */
export const isGuarded = (fields: Field[]) =>
	fields.some(({ options = [] }) => options.some(({ name }) => name === wholeBucket.name));

const isAllowed = ({ options }: AnyParams) =>
	typeof options === 'object' && options !== null && 'wholeBucket' in options && options.wholeBucket === true;

/**
 * Throws for an empty prefix unless the user allows it: an expression without a result must not select the whole bucket, or
 * all below the prefix of the connection.
 */
export const checkPrefix = (params: AnyParams, connectionPrefix: string) => {
	if (isAllowed(params)) return;
	const all =
		connectionPrefix === '' ? 'the whole bucket' : `all below '${connectionPrefix}', the prefix of the connection`;
	throw badInput("'Prefix' is empty", `Enter a prefix, or add 'Allow Empty Prefix' in 'Options' for ${all}.`);
};
