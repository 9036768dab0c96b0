import type { IExecuteFunctions, INodeProperties, INodePropertyCollection, NodeParameterValueType } from 'n8n-workflow';
import { jsonParse, tryToParseDateTime } from 'n8n-workflow';
import { bucketNameFault, keyFault, parseAddress } from '../../s3/address';
import type { Connection } from '../../s3/client/client';
import { badInput } from '../errors/badInput';
import type { AnyParams, Field } from '../field';

/**
 * The one place that reads n8n's parameters. What comes out has the types of the fields' literals, because everything
 * that does not fit them is refused here, before the first request.
 */

/** What a bucket or key was chosen by. Expressions and agents give a plain string, which is taken as it is. */
interface Located {
	value: string;
	/** The bucket that an address names besides its key. */
	bucket?: string;
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
	typeof value === 'object' && value !== null && !Array.isArray(value);

const stringOf = (value: unknown, label: string): string => {
	if (value === undefined || value === null) return '';
	if (typeof value === 'string') return value;
	if (typeof value === 'number' || typeof value === 'boolean') return String(value);
	throw badInput(`'${label}' is not text`, 'Enter text, or an expression that gives text.');
};

const numberOf = (value: unknown, { displayName, typeOptions = {} }: Field): number => {
	const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
	const { minValue, maxValue, numberPrecision } = typeOptions;
	const whole = numberPrecision === 0;
	const range = [
		minValue === undefined ? '' : ` from ${minValue}`,
		maxValue === undefined ? '' : ` up to ${maxValue}`,
	].join('');
	const fits =
		typeof number === 'number' &&
		Number.isFinite(number) &&
		number >= (minValue ?? -Infinity) &&
		number <= (maxValue ?? Infinity) &&
		(!whole || Number.isInteger(number));
	if (fits) return number;
	throw badInput(
		`'${displayName}' cannot be ${JSON.stringify(value)}`,
		`Enter a ${whole ? 'whole ' : ''}number${range}.`,
	);
};

const booleanOf = (value: unknown, label: string): boolean => {
	if (typeof value === 'boolean') return value;
	if (value === 'true' || value === 'false') return value === 'true';
	throw badInput(
		`'${label}' is neither true nor false`,
		'Switch it on or off, or use an expression that gives true or false.',
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
		const why = error instanceof Error ? error.message : '';
		throw badInput(`'${label}' is not valid JSON`, `Check brackets, commas and quotes. ${why}`);
	}
};

const dateOf = (value: unknown, label: string, timezone: string): Date | undefined => {
	if (value === undefined || value === null || value === '') return undefined;
	try {
		if (value instanceof Date || typeof value === 'string' || typeof value === 'number') {
			return tryToParseDateTime(value, timezone).toJSDate();
		}
		return tryToParseDateTime(String(value), timezone).toJSDate();
	} catch {
		throw badInput(`'${label}' is not a date`, 'Enter a date and time such as 2026-01-31T12:00:00Z.');
	}
};

/** Which kind of thing a locator finds is told by the method that fills its list. */
const isBucketField = ({ type, modes }: Field) =>
	type === 'resourceLocator' &&
	modes?.some(({ typeOptions }) => /^search\w*Buckets$/.test(typeOptions?.searchListMethod ?? ''));

const located = (raw: unknown, field: Field, endpoint?: string): Located => {
	const label = field.displayName;
	const { mode, value } = isRecord(raw) ? { mode: raw.mode, value: raw.value } : { mode: undefined, value: raw };
	const text = stringOf(value, label);
	const isBucket = isBucketField(field);
	// A bucket's name has no colon, so an address is one in any mode; a key may look like anything.
	if (text === '' || (mode !== 'url' && !(isBucket && text.includes(':'))))
		return { value: isBucket ? text.trim() : text };
	const address = parseAddress(text.trim(), endpoint);
	if (!address)
		throw badInput(`'${label}' is not an address in S3`, 'Use a form such as s3://bucket/key, https://… or an ARN.');
	if (isBucket) return { value: address.bucket };
	if (!address.key)
		throw badInput(
			`'${label}' names a bucket and no object`,
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
	const holds = (conditions: Record<string, unknown> = {}, every: boolean) => {
		const each = Object.entries(conditions).map(
			([name, allowed]) => Array.isArray(allowed) && allowed.includes(params[name]),
		);
		return every ? each.every(Boolean) : each.some(Boolean);
	};
	return holds(displayOptions?.show, true) && !holds(displayOptions?.hide, false);
};

const isField = (option: unknown): option is INodeProperties => isRecord(option) && 'type' in option;

const isGroup = (option: unknown): option is INodePropertyCollection =>
	isRecord(option) && Array.isArray(option.values);

const converted = (field: Field, value: unknown, timezone: string): unknown => {
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
			return group(options.filter(isField), value, timezone);
		case 'fixedCollection': {
			const [only] = options.filter(isGroup);
			const rows = only && isRecord(value) ? (value[only.name] ?? []) : [];
			return (Array.isArray(rows) ? rows : [rows]).map((row) => group(only?.values ?? [], row, timezone));
		}
		default:
			return stringOf(value, displayName);
	}
};

const group = (fields: Field[], value: unknown, timezone: string): AnyParams => {
	const given = isRecord(value) ? value : {};
	return Object.fromEntries(
		fields
			.filter(({ name }) => given[name] !== undefined && given[name] !== null)
			.map((field) => [field.name, converted(field, given[field.name], timezone)]),
	);
};

const bucketNameOf = (keyName: string) => keyName.replace(/key$/i, (word) => (word === 'key' ? 'bucket' : 'Bucket'));

/** Fills empty buckets from a key's address or the connection, and checks all buckets and keys. */
const settleAddresses = (
	fields: Field[],
	params: AnyParams,
	addressed: Map<string, string>,
	connectionFor: (name: string) => Connection,
) => {
	for (const field of fields) {
		const { name, displayName: label } = field;
		const value = params[name];
		if (typeof value !== 'string') continue;
		if (isBucketField(field)) {
			const other = addressed.get(name);
			if (other && value !== '' && value !== other) {
				throw badInput(
					`'${label}' is '${value}', but the address of the object names '${other}'`,
					`Clear '${label}', or choose an object in it.`,
				);
			}
			const chosen = other ?? (value === '' ? (connectionFor(name).bucket ?? '') : value);
			const fault = bucketNameFault(chosen);
			if (chosen === '') {
				throw badInput(`'${label}' is empty`, `Choose a bucket in '${label}', or set 'Bucket' in the connection.`);
			}
			if (fault)
				throw badInput(`'${label}' ${fault}: '${chosen}'`, 'Choose a bucket from the list, or check its name.');
			params[name] = chosen;
		} else if (/key$/i.test(name) && field.required) {
			const fault = keyFault(value);
			if (fault)
				throw badInput(
					`'${label}' ${fault}`,
					`Enter the full name of the object in '${label}', such as folder/file.txt.`,
				);
		} else if (field.required && value === '') {
			throw badInput(`'${label}' is empty`, `Enter a value in '${label}'.`);
		}
	}
};

/**
 * Gives a function that reads and checks the parameters of an operation for one item. What has no expression in it is
 * the same for all items and read once. A bucket that is left
 * empty is that of the field's connection. It throws for the first parameter that cannot be right.
 */
export const parameterReader = (
	n8n: IExecuteFunctions,
	fields: Field[],
	connectionFor: (name: string) => Connection,
) => {
	const raw = n8n.getNode().parameters;
	const timezone = n8n.getTimezone();
	const constant = new Map<string, unknown>();

	const read = ({ name, default: fallback }: Field, itemIndex: number): unknown => {
		if (constant.has(name)) return constant.get(name);
		const value: NodeParameterValueType | object = n8n.getNodeParameter(name, itemIndex, fallback);
		if (isPlain(raw[name])) constant.set(name, value);
		return value;
	};

	return (itemIndex: number): AnyParams => {
		const params: AnyParams = {};
		const addressed = new Map<string, string>();
		const shown = fields.filter((field) => {
			if (!isShown(field, params)) return false;
			const value = read(field, itemIndex);
			if (field.type !== 'resourceLocator') {
				params[field.name] = converted(field, value, timezone);
				return true;
			}
			const found = located(value, field, connectionFor(field.name).endpoint);
			params[field.name] = found.value;
			if (found.bucket) addressed.set(bucketNameOf(field.name), found.bucket);
			return true;
		});
		settleAddresses(shown, params, addressed, connectionFor);
		return params;
	};
};
