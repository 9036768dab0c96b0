import type { INode, INodeProperties, INodePropertyCollection, NodeParameterValueType } from 'n8n-workflow';
import { jsonParse, tryToParseDateTime, UserError } from 'n8n-workflow';
import { bucketNameFault, keyFault, parseAddress } from '../../s3/address';
import { isMembers } from '../../s3/answers/members';
import { bucketFault } from '../../s3/bucketKinds';
import { isDate } from '../../s3/dateText';
import type { Connection } from '../../s3/client/client';
import { badInput } from '../errors/badInput';
import type { AnyParams, Field } from '../field';
import { isNarrowing } from '../field';
import type { Operation } from '../operation';
import { bucketParameterOf, fillPrefix, isPrefix, refuseWholeBucket } from './connectionPrefix';

/**
 * The single place that reads n8n's parameters. It rejects values that do not match their field before the first
 * request, so the types of the field literals hold.
 */

/** The value of a resource locator. Expressions and agents also pass a plain string. */
interface Located {
	value: string;
	/** The bucket, if the value was an address that names both bucket and key. */
	bucket?: string;
}

const stringOf = (value: unknown, label: string): string => {
	if (value === undefined || value === null) return '';
	if (typeof value === 'string') return value;
	if (typeof value === 'number' || typeof value === 'boolean') return String(value);
	throw badInput(`'${label}' is not text`, 'Enter text, or an expression that returns text.');
};

const numberOf = (value: unknown, { displayName, typeOptions = {} }: Field): number => {
	const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
	const { minValue, maxValue, numberPrecision } = typeOptions;
	const isWhole = numberPrecision === 0;
	const range = [
		minValue === undefined ? '' : ` from ${minValue}`,
		maxValue === undefined ? '' : ` up to ${maxValue}`,
	].join('');
	const fits =
		typeof number === 'number' &&
		Number.isFinite(number) &&
		number >= (minValue ?? -Infinity) &&
		number <= (maxValue ?? Infinity) &&
		(!isWhole || Number.isInteger(number));
	if (fits) return number;
	throw badInput(
		`'${displayName}' cannot be ${JSON.stringify(value)}`,
		`Enter a ${isWhole ? 'whole ' : ''}number${range}.`,
	);
};

const booleanOf = (value: unknown, label: string): boolean => {
	if (typeof value === 'boolean') return value;
	if (value === 'true' || value === 'false') return value === 'true';
	throw badInput(
		`'${label}' is neither true nor false`,
		'Turn it on or off, or use an expression that returns true or false.',
	);
};

const choiceOf = (value: unknown, { displayName, options = [] }: Field): unknown => {
	const choices = options.flatMap((option) => ('value' in option ? [option.value] : []));
	const chosen = choices.find((choice) => choice === value);
	if (chosen !== undefined) return chosen;
	throw badInput(`'${displayName}' cannot be ${JSON.stringify(value)}`, `Use one of: ${choices.join(', ')}.`);
};

const choicesOf = (value: unknown, field: Field): unknown[] => {
	const list = Array.isArray(value) ? value : stringOf(value, field.displayName).split(',');
	return list
		.map((one) => (typeof one === 'string' ? one.trim() : one))
		.filter((one) => one !== '')
		.map((one) => (field.options ? choiceOf(one, field) : stringOf(one, field.displayName)));
};

const jsonOf = (value: unknown, label: string): unknown => {
	if (typeof value !== 'string') return value;
	if (value.trim() === '') return undefined;
	try {
		return jsonParse(value);
	} catch (error) {
		const reason = error instanceof Error ? error.message : '';
		throw badInput(`'${label}' is not valid JSON`, `Check brackets, commas and quotes. ${reason}`);
	}
};

const dateOf = (value: unknown, label: string, timezone: string): Date | undefined => {
	if (value === undefined || value === null || value === '') return undefined;
	if (value instanceof Date && !Number.isNaN(value.getTime())) return value;
	// Expressions return Luxon's dates, which turn into text.
	const given = typeof value === 'number' ? value : String(value);
	const advice = 'Enter a date and time such as 2026-01-31T12:00:00Z.';
	if (!isDate(given)) throw badInput(`'${label}' is not a date`, advice);
	if (typeof given === 'number') return new Date(given);
	try {
		return tryToParseDateTime(given, timezone).toJSDate();
	} catch {
		throw badInput(`'${label}' is not a date`, advice);
	}
};

/** The search method of a locator's list tells buckets from keys. */
const isBucketField = ({ type, modes }: Field) =>
	type === 'resourceLocator' &&
	modes?.some(({ typeOptions }) => /^search\w*Buckets$/.test(typeOptions?.searchListMethod ?? ''));

const locate = (raw: unknown, field: Field, endpoint?: string): Located => {
	const label = field.displayName;
	// An object of another kind must not count as an empty prefix.
	const isLocator = isMembers(raw) && 'value' in raw;
	const { mode, value } = isLocator ? { mode: raw.mode, value: raw.value } : { mode: undefined, value: raw };
	const text = stringOf(value, label);
	const isBucket = isBucketField(field);
	// In any mode, a colon means a bucket address: names have no colon. Keys can contain anything.
	if (text === '' || (mode !== 'url' && !(isBucket && text.includes(':'))))
		return { value: isBucket ? text.trim() : text };
	const address = parseAddress(text.trim(), endpoint);
	if (!address)
		throw badInput(`'${label}' is not a valid S3 address`, 'Use a form such as s3://bucket/key, https://… or an ARN.');
	if (isBucket) return { value: address.bucket };
	if (!address.key)
		throw badInput(
			`'${label}' names a bucket but no object`,
			'Add the key of the object, as in s3://bucket/folder/file.txt.',
		);
	return { value: address.key, bucket: address.bucket };
};

const isPlain = (value: unknown): boolean => {
	if (typeof value === 'string') return !value.startsWith('=');
	if (typeof value !== 'object' || value === null) return true;
	return Object.values(value).every(isPlain);
};

const isShown = ({ displayOptions }: Field, params: AnyParams): boolean => {
	const matches = (conditions: Record<string, unknown> = {}, every: boolean) => {
		const results = Object.entries(conditions).map(
			// As in n8n, one of several values is enough.
			([name, allowed]) => Array.isArray(allowed) && [params[name]].flat().some((value) => allowed.includes(value)),
		);
		return every ? results.every(Boolean) : results.some(Boolean);
	};
	return matches(displayOptions?.show, true) && !matches(displayOptions?.hide, false);
};

const isField = (option: unknown): option is INodeProperties => isMembers(option) && 'type' in option;

const isGroup = (option: unknown): option is INodePropertyCollection =>
	isMembers(option) && Array.isArray(option.values);

const convert = (field: Field, value: unknown, timezone: string): unknown => {
	const { displayName, type, options = [] } = field;
	switch (type) {
		case 'boolean':
			return booleanOf(value, displayName);
		case 'number':
			return numberOf(value, field);
		case 'options':
			return choiceOf(value, field);
		case 'multiOptions':
			return choicesOf(value, field);
		case 'json':
			return jsonOf(value, displayName);
		case 'dateTime':
			return dateOf(value, displayName, timezone);
		case 'collection':
			if (!isMembers(value) && !isNothing(value))
				throw badInput(`'${displayName}' is not a group of values`, 'Use an expression for each value instead.');
			return convertGroup(options.filter(isField), value, timezone);
		case 'fixedCollection': {
			const [firstGroup] = options.filter(isGroup);
			const rows = firstGroup && isMembers(value) ? (value[firstGroup.name] ?? []) : [];
			return (Array.isArray(rows) ? rows : [rows]).map((row) => convertGroup(firstGroup?.values ?? [], row, timezone));
		}
		default:
			return stringOf(value, displayName);
	}
};

/** Whether an expression returned nothing. */
const isNothing = (value: unknown) =>
	value === undefined || value === null || value === '' || (Array.isArray(value) && value.length === 0);

/** Whether a field requires a value. Switches and numbers are never empty. */
const mustHaveValue = (field: Field) => isNarrowing(field) || field.type === 'boolean' || field.type === 'number';

const convertGroup = (fields: Field[], value: unknown, timezone: string): AnyParams => {
	const values = isMembers(value) ? value : {};
	const given = fields.filter(({ name }) => Object.hasOwn(values, name));
	const empty = given.find((field) => mustHaveValue(field) && isNothing(values[field.name]));
	// A user who added a filter or a condition does not want the operation without it.
	if (empty)
		throw badInput(
			`'${empty.displayName}' is empty`,
			'Enter a value, check its expression, or remove the option. An empty option would have no effect.',
		);
	return Object.fromEntries(
		given
			.filter(({ name }) => values[name] !== undefined && values[name] !== null)
			.map((field) => [field.name, convert(field, values[field.name], timezone)]),
	);
};

/**
 * Sets an empty bucket to that of the key's address or of the connection, and checks it.
 */
const resolveBucket = (
	field: Field,
	params: AnyParams,
	addressBucket: string | undefined,
	{ connectionFor, ...operation }: Reading,
	raw: AnyParams,
) => {
	const { name, displayName: label } = field;
	const value = stringOf(params[name], label);
	const connection = connectionFor(name);
	if (addressBucket && value !== '' && value !== addressBucket) {
		throw badInput(
			`'${label}' is '${value}', but the object's address has the bucket '${addressBucket}'`,
			`Clear '${label}', or choose an object in this bucket.`,
		);
	}
	const isEmpty = addressBucket === undefined && value === '';
	if (isEmpty && operation.effect === 'destructive' && !isPlain(raw[name]))
		throw badInput(
			`The expression in '${label}' returned nothing`,
			`Check the expression, or clear '${label}' to use the credential's bucket.`,
		);
	if (isEmpty) refuseWholeBucket(field, operation, connection);
	const chosen = addressBucket ?? (value === '' ? (connection.bucket ?? '') : value);
	const fault = bucketNameFault(chosen);
	if (chosen === '') {
		throw badInput(`'${label}' is empty`, `Choose a bucket in '${label}', or set 'Bucket' in the credential.`);
	}
	if (fault) throw badInput(`'${label}' ${fault}: '${chosen}'`, 'Choose a bucket from the list, or check its name.');
	const unusable = bucketFault(connection, chosen);
	if (unusable) throw badInput(`'${label}' ${unusable.fault}: '${chosen}'`, unusable.advice);
	params[name] = chosen;
};

/** Throws for a key that S3 rejects, and for an empty value of a required field. */
const checkText = (field: Field, value: unknown) => {
	const { name, displayName: label } = field;
	if (typeof value !== 'string' || isBucketField(field) || !field.required) return;
	if (/key$/i.test(name)) {
		const fault = keyFault(value);
		if (fault)
			throw badInput(`'${label}' ${fault}`, `Enter the full key of the object in '${label}', such as folder/file.txt.`);
	} else if (value === '') {
		throw badInput(`'${label}' is empty`, `Enter a value in '${label}'.`);
	}
};

/** What the reader needs to know about an operation and its connections. */
interface Reading extends Pick<Operation, 'fields' | 'effect'> {
	/** The connection of a parameter, by its name. */
	connectionFor(name: string): Connection;
}

/** Where n8n stores the parameters of a node. */
interface ParameterSource {
	getNode(): Pick<INode, 'parameters'>;
	getTimezone(): string;
	getNodeParameter(name: string, itemIndex: number, fallback?: unknown): NodeParameterValueType | object;
	/** Absent for a trigger. */
	getInputData?(): unknown[];
}

/** Takes the value of one of several items. What is wrong with it then names the item. */
const ofItem = <T>(itemIndex: number, take: () => T): T => {
	try {
		return take();
	} catch (error) {
		throw error instanceof UserError
			? badInput(`Item ${itemIndex + 1}: ${error.message}`, error.description ?? '')
			: error;
	}
};

/**
 * Returns a function that reads and checks the parameters of an operation for one item, and throws for the first
 * invalid one. Reads values without expressions once, because all items share them. Replaces an empty bucket by the one
 * of its connection, and an empty prefix or folder by the prefix of its connection.
 */
export const parameterReader = (n8n: ParameterSource, reading: Reading) => {
	const { fields, connectionFor } = reading;
	const rawParameters = n8n.getNode().parameters;
	const timezone = n8n.getTimezone();
	const constants = new Map<string, unknown>();
	const hasItems = (n8n.getInputData?.().length ?? 0) > 1;

	const read = ({ name, default: fallback }: Field, itemIndex: number): unknown => {
		if (constants.has(name)) return constants.get(name);
		const value: NodeParameterValueType | object = n8n.getNodeParameter(name, itemIndex, fallback);
		if (isPlain(rawParameters[name])) constants.set(name, value);
		return value;
	};

	return (itemIndex: number): AnyParams => {
		const params: AnyParams = {};
		const addressed = new Map<string, string>();
		const named = <T>({ name }: Field, take: () => T) =>
			hasItems && !constants.has(name) ? ofItem(itemIndex, take) : take();
		const shown = fields.filter((field) => {
			if (!isShown(field, params)) return false;
			const value = read(field, itemIndex);
			if (field.type !== 'resourceLocator') {
				params[field.name] = named(field, () => convert(field, value, timezone));
				return true;
			}
			const location = named(field, () => locate(value, field, connectionFor(field.name).endpoint));
			params[field.name] = location.value;
			if (location.bucket) addressed.set(bucketParameterOf(field.name), location.bucket);
			return true;
		});
		for (const field of shown.filter(isBucketField))
			named(field, () => resolveBucket(field, params, addressed.get(field.name), reading, rawParameters));
		for (const field of shown.filter(isPrefix)) named(field, () => fillPrefix(field, params, reading));
		for (const field of shown) named(field, () => checkText(field, params[field.name]));
		return params;
	};
};

/** Where n8n stores the parameters of a trigger, which has no items. */
export interface TriggerParameters extends Pick<ParameterSource, 'getTimezone'> {
	getNode(): INode;
	getNodeParameter(name: string, fallback?: unknown): NodeParameterValueType | object;
}

/** Reads and checks the parameters of a trigger. Throws for the first invalid one. */
export const triggerParametersOf = (n8n: TriggerParameters, fields: Reading['fields'], connection: Connection) => {
	const source = {
		getNode: () => n8n.getNode(),
		getTimezone: () => n8n.getTimezone(),
		getNodeParameter: (name: string, _item: number, fallback?: unknown) => n8n.getNodeParameter(name, fallback),
	};
	return parameterReader(source, { fields, effect: 'read', connectionFor: () => connection })(0);
};
