import type { INodeProperties } from 'n8n-workflow';

/** A parameter of n8n, as a literal: its type is read off it. */
export type Field = INodeProperties;

/** Keeps a field's literal type, so that the value of the parameter can be derived from it. */
export const field = <const F extends Field>(literal: F): F => literal;

type Choice<F> = F extends { options: Array<infer O> } ? (O extends { value: infer V } ? V : never) : string;

type Group<F> = F extends { options: Array<infer G> }
	? G extends { values: infer Fs extends Field[] }
		? Params<Fs>
		: never
	: never;

type Shown<F> = F extends { type: 'boolean' }
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
								? Array<Group<F>>
								: string;

/** What a verb gets for its fields: a field that may be hidden may be absent. */
export type Params<Fs extends Field[]> = {
	[F in Fs[number] as F['name']]: F extends { displayOptions: object } ? Shown<F> | undefined : Shown<F>;
};

/** The parameters of an operation that is not known. */
export type AnyParams = Record<string, unknown>;
