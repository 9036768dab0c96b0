import type { Connection } from '../../s3/connection';
import { prefixIn } from '../../s3/keyPrefix';
import { badInput } from '../errors/badInput';
import type { AnyParams, Field } from '../field';
import type { Operation } from '../operation';
import { checkPrefix, isGuarded } from './emptyPrefix';

/**
 * The single place that gives the prefix of a connection its meaning for parameters: an empty prefix or folder means that of
 * the connection, and no field that was left empty lets an operation change the whole bucket.
 */

const isPrefix = ({ name }: Field) => /(prefix|folder)$/i.test(name);

/** The parameter with the bucket of a key, prefix or folder: `sourceKey` and `sourceFolder` are in `sourceBucket`. */
export const bucketParameterOf = (name: string) => {
	const role = name.replace(/(key|prefix|folder)$/i, '');
	return ['', 'parent', 'record'].includes(role) ? 'bucket' : `${role}Bucket`;
};

interface Reading extends Pick<Operation, 'fields' | 'effect'> {
	connectionFor(name: string): Pick<Connection, 'bucket' | 'prefix'>;
}

/**
 * Throws where an empty bucket would let an operation change the whole bucket of a connection that is restricted to a prefix in
 * it. Operations on keys, prefixes and folders change only these.
 */
export const refuseWholeBucket = (
	{ name, displayName: label }: Field,
	{ fields, effect }: Omit<Reading, 'connectionFor'>,
	{ bucket = '', prefix = '' }: Pick<Connection, 'bucket' | 'prefix'>,
) => {
	const isOfKeys = fields.some(
		(field) => /(key|prefix|folder)$/i.test(field.name) && bucketParameterOf(field.name) === name,
	);
	if (prefix === '' || effect === 'read' || isOfKeys) return;
	throw badInput(
		`'${label}' is empty, and the connection is for '${prefix}' in '${bucket}' only`,
		`This changes the whole bucket. If that is meant, choose it in '${label}'.`,
	);
};

/** Sets each empty prefix and folder to the prefix of its connection. Throws where that has to be confirmed first. */
export const fillPrefixes = (shown: Field[], params: AnyParams, { fields, effect, connectionFor }: Reading) => {
	for (const field of shown.filter(isPrefix)) {
		const { name, displayName: label, required } = field;
		const bucket = params[bucketParameterOf(name)];
		if (params[name] !== '' || typeof bucket !== 'string') continue;
		const prefix = prefixIn(connectionFor(name), bucket);
		if (isGuarded(fields)) checkPrefix(params, prefix);
		// An expression without a result must not select all that a connection is for.
		if (prefix !== '' && required && effect === 'destructive' && !/^destination/.test(name))
			throw badInput(`'${label}' is empty`, `Enter a folder in '${label}'. All of the connection's is '${prefix}'.`);
		params[name] = prefix;
	}
};
