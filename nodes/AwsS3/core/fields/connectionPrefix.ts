import type { Connection } from '../../s3/connection';
import { prefixIn } from '../../s3/keyPrefix';
import { badInput } from '../errors/badInput';
import type { AnyParams, Field } from '../field';
import type { Operation } from '../operation';
import { refuseEmptyPrefix, isGuarded } from './emptyPrefix';

/**
 * The single place that applies the prefix of a connection to parameters: an empty prefix or folder means the
 * connection's, and an empty field never lets an operation change the whole bucket.
 */

/** Whether a field is a prefix or a folder. */
export const isPrefix = ({ name }: Field) => /(prefix|folder)$/i.test(name);

/** The parameter with the bucket of a key, prefix or folder: `sourceKey` and `sourceFolder` are in `sourceBucket`. */
export const bucketParameterOf = (name: string) => {
	const role = name.replace(/(key|prefix|folder)$/i, '');
	return ['', 'parent', 'record'].includes(role) ? 'bucket' : `${role}Bucket`;
};

interface Reading extends Pick<Operation, 'fields' | 'effect'> {
	connectionFor(name: string): Pick<Connection, 'bucket' | 'prefix'>;
}

/**
 * Throws if an empty bucket would let an operation change the whole bucket although the connection has a prefix in
 * it. Operations on keys, prefixes and folders only change these.
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
		`'${label}' is empty, but the credential is only for '${prefix}' in '${bucket}'`,
		`This operation changes the whole bucket. To allow that, choose the bucket in '${label}'.`,
	);
};

/** Sets an empty prefix or folder to the prefix of its connection. Throws if the user must confirm that first. */
export const fillPrefix = (
	{ name, displayName: label, required }: Field,
	params: AnyParams,
	{ fields, effect, connectionFor }: Reading,
) => {
	const bucket = params[bucketParameterOf(name)];
	if (params[name] !== '' || typeof bucket !== 'string') return;
	const prefix = prefixIn(connectionFor(name), bucket);
	if (isGuarded(fields)) refuseEmptyPrefix(params, prefix);
	// An expression without a result must not select the connection's whole prefix.
	if (prefix !== '' && required && effect === 'destructive' && !/^destination/.test(name))
		throw badInput(
			`'${label}' is empty`,
			`Enter a folder in '${label}'. For everything in the credential's prefix, enter '${prefix}'.`,
		);
	params[name] = prefix;
};
