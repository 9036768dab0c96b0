import { isMembers } from '../answers/members';
import { NormalizedSchema } from '@smithy/core/schema';
import type { StaticStructureSchema } from '@smithy/types';
import { requiredMembers } from './requiredMembers';
import { isDate } from '../dateText';

/** What is wrong with a value, and where in it: `Rules[0].Status`. */
export class ShapeError extends Error {}

const fault = (path: string, what: string) => new ShapeError(`${path || 'The value'} ${what}`);

const structured = (schema: NormalizedSchema, value: unknown, path: string): Record<string, unknown> => {
	const members = [...schema.structIterator()];
	const names = members.map(([name]) => name);
	const [only] = members;
	// Lists are what AWS's console shows where a structure is nothing but a list.
	const given = Array.isArray(value) && members.length === 1 && only?.[1].isListSchema() ? { [only[0]]: value } : value;
	if (!isMembers(given)) throw fault(path, `is not an object with ${names.join(', ')}`);
	const unknown = Object.keys(given).find((name) => !names.includes(name));
	if (unknown !== undefined)
		throw fault(path, `has '${unknown}', which S3 does not support; it can have ${names.join(', ') || 'nothing'}`);
	const isGiven = (name: string) => given[name] !== undefined && given[name] !== null;
	const required = requiredMembers[schema.getName() ?? ''] ?? [];
	const missing = names.find((name) => required.includes(name) && !isGiven(name));
	if (missing !== undefined) throw fault(path, `has no '${missing}'`);
	return Object.fromEntries(
		members
			.filter(([name]) => isGiven(name))
			.map(([name, member]) => [name, converted(member, given[name], path === '' ? name : `${path}.${name}`)]),
	);
};

const dated = (value: unknown, path: string) => {
	const isGiven = typeof value === 'string' || typeof value === 'number';
	const date = isGiven && isDate(value) ? new Date(value) : value;
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
 * a `ShapeError` for what is unknown, missing or of a wrong type, which the SDK would drop or send as it is. `V` is the
 * SDK's own type of the schema, which the schema does not carry.
 */
export function validateShape<V>(schema: StaticStructureSchema, value: unknown): V;
export function validateShape(schema: StaticStructureSchema, value: unknown): unknown {
	return structured(NormalizedSchema.of(schema), value, '');
}
