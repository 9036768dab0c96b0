import { badInput } from '../errors/badInput';
import type { AnyParams, Field } from '../field';
import { field } from '../field';

export const wholeBucket = field({
	displayName: 'Allow Empty Prefix',
	name: 'wholeBucket',
	type: 'boolean',
	default: true,
	description: "Whether to allow an empty prefix, which means the credential's prefix or the whole bucket",
});

/** Whether an operation has the option to confirm an empty prefix. */
export const isGuarded = (fields: Field[]) =>
	fields.some(({ options = [] }) => options.some(({ name }) => name === wholeBucket.name));

const isAllowed = ({ options }: AnyParams) =>
	typeof options === 'object' && options !== null && 'wholeBucket' in options && options.wholeBucket === true;

/**
 * For an empty prefix: throws unless the user allows it, because an expression without a result must not select the whole
 * bucket or the connection's whole prefix.
 */
export const refuseEmptyPrefix = (params: AnyParams, connectionPrefix: string) => {
	if (isAllowed(params)) return;
	const all =
		connectionPrefix === '' ? 'the whole bucket' : `everything under '${connectionPrefix}', the credential's prefix`;
	throw badInput("'Prefix' is empty", `Enter a prefix, or add 'Allow Empty Prefix' in 'Options' for ${all}.`);
};
