import { NormalizedSchema } from '@smithy/core/schema';
import type { StaticStructureSchema } from '@smithy/types';

/** What is wrong with a value, and where in it: `Rules[0].Status`. */
export class ShapeError extends Error {}

const isRecord = (value: unknown): value is Record<string, unknown> =>
	typeof value === 'object' && value !== null && !Array.isArray(value);

const isSchemaFor = <V>(_schema: StaticStructureSchema, value: unknown): value is V => isRecord(value);

const fault = (path: string, what: string) => new ShapeError(`${path || 'The value'} ${what}`);

/** How many of a structure's members, from the first, have to be there is the last entry of its schema. */
const requiredOf = (schema: NormalizedSchema, names: string[]): string[] => {
	const raw: unknown = schema.getSchema();
	const count: unknown = Array.isArray(raw) ? raw[6] : undefined;
	return typeof count === 'number' ? names.slice(0, count) : [];
};

const structured = (schema: NormalizedSchema, value: unknown, path: string): Record<string, unknown> => {
	const members = [...schema.structIterator()];
	const names = members.map(([name]) => name);
	const [only] = members;
	// Lists are what AWS's console shows where a structure is nothing but a list.
	const given = Array.isArray(value) && members.length === 1 && only?.[1].isListSchema() ? { [only[0]]: value } : value;
	if (!isRecord(given)) throw fault(path, `is not an object with ${names.join(', ')}`);
	const unknown = Object.keys(given).find((name) => !names.includes(name));
	if (unknown !== undefined)
		throw fault(path, `has '${unknown}', which S3 does not know; it may have ${names.join(', ') || 'nothing'}`);
	const missing = requiredOf(schema, names).find((name) => given[name] === undefined || given[name] === null);
	if (missing !== undefined) throw fault(path, `has no '${missing}'`);
	return Object.fromEntries(
		members
			.filter(([name]) => given[name] !== undefined && given[name] !== null)
			.map(([name, member]) => [name, converted(member, given[name], path === '' ? name : `${path}.${name}`)]),
	);
};

const dated = (value: unknown, path: string) => {
	const date = typeof value === 'string' || typeof value === 'number' ? new Date(value) : value;
	if (date instanceof Date && !Number.isNaN(date.getTime())) return date;
	throw fault(path, 'is not a date such as 2026-01-31T00:00:00Z');
};

const converted = (schema: NormalizedSchema, value: unknown, path: string): unknown => {
	if (schema.isStructSchema()) return structured(schema, value, path);
	if (schema.isListSchema()) {
		if (!Array.isArray(value)) throw fault(path, 'is not a list');
		return value.map((entry, index) => converted(schema.getValueSchema(), entry, `${path}[${index}]`));
	}
	if (schema.isTimestampSchema()) return dated(value, path);
	if (schema.isBooleanSchema() && typeof value !== 'boolean') throw fault(path, 'is neither true nor false');
	if (schema.isNumericSchema() && typeof value !== 'number') throw fault(path, 'is not a number');
	if (schema.isStringSchema() && typeof value !== 'string') throw fault(path, 'is not text');
	return value;
};

/**
 * A JSON value as a structure of S3's model, by the names and types of the AWS reference, with dates made of text. Throws
 * a `ShapeError` for what is unknown, missing or of a wrong type, which the SDK would drop or send as it is.
 */
export const validateShape = <V>(schema: StaticStructureSchema, value: unknown): V => {
	const result = structured(NormalizedSchema.of(schema), value, '');
	if (!isSchemaFor<V>(schema, result)) throw fault('', 'does not fit');
	return result;
};
