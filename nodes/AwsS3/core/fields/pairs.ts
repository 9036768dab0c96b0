import { field } from '../field';

/** Creates a field for a list of names and values. */
export const pairs = <const N extends string, const D extends string, const E extends string, const P extends string>(
	name: N,
	displayName: D,
	one: E,
	description: P,
) =>
	field({
		displayName,
		name,
		type: 'fixedCollection',
		typeOptions: { multipleValues: true },
		default: {},
		placeholder: `Add ${one}`,
		description,
		options: [
			{
				displayName: one,
				name: 'values',
				values: [
					{ displayName: 'Name', name: 'name', type: 'string', default: '' },
					{ displayName: 'Value', name: 'value', type: 'string', default: '' },
				],
			},
		],
	});

export type Pairs = Array<{ name?: string; value?: string }>;

/** Returns the pairs that have a name, as `[name, value]`. */
export const entries = (list: Pairs) =>
	list.filter(({ name }) => name).map(({ name = '', value = '' }): [string, string] => [name, value]);
