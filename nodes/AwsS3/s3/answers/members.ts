/** A JSON object whose members are still to be checked. */
export type Members = Record<string, unknown>;

/** Whether a value is a JSON object. */
export const isMembers = (value: unknown): value is Members =>
	typeof value === 'object' && value !== null && !Array.isArray(value);

/** The value if it is text. */
export const textOf = (value: unknown) => (typeof value === 'string' ? value : undefined);
