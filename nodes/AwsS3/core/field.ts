import type { INodeProperties } from 'n8n-workflow';

/** An n8n parameter as a literal, from which the type of its value derives. */
export type Field = INodeProperties;

/** Returns the field unchanged but keeps its literal type, from which the type of its value derives. */
export const field = <const F extends Field>(definition: F): F => definition;

/** Fields that narrow an operation: without them it would affect more than intended. */
const narrowing = new WeakSet<Field>();

/**
 * The same for a filter, condition or version in the options, which must not be empty. n8n's own `required` would
 * demand it even if the user did not add it.
 */
export const narrowingField = <const F extends Field>(definition: F): F => {
	narrowing.add(definition);
	return definition;
};

/** Whether `narrowingField` created a field. */
export const isNarrowing = (definition: Field) => narrowing.has(definition);

type Choice<F> = F extends { options: Array<infer O> } ? (O extends { value: infer V } ? V : never) : string;

type GroupValue<F> = F extends { options: Array<infer G> }
	? G extends { values: infer Fs extends Field[] }
		? Params<Fs>
		: never
	: never;

type ValueOf<F> = F extends { type: 'boolean' }
	? boolean
	: F extends { type: 'number' }
		? number
		: F extends { type: 'dateTime' }
			? Date | undefined
			: F extends { type: 'json' }
				? unknown
				: F extends { type: 'options' }
					? Choice<F>
					: F extends { type: 'multiOptions' }
						? Array<Choice<F>>
						: F extends { type: 'collection'; options: infer Fs extends Field[] }
							? Partial<Params<Fs>>
							: F extends { type: 'fixedCollection' }
								? Array<GroupValue<F>>
								: string;

/** The parameters that an operation receives for its fields. A field with `displayOptions` may be absent. */
export type Params<Fs extends Field[]> = {
	[F in Fs[number] as F['name']]: F extends { displayOptions: object } ? ValueOf<F> | undefined : ValueOf<F>;
};

/** Parameters of an operation whose fields are not known at compile time. */
export type AnyParams = Record<string, unknown>;
