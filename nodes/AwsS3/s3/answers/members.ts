/** A JSON object whose members are still to be checked. */
export type Members = Record<string, unknown>;

/** Whether a value is a JSON object. */
export const isMembers = (value: unknown): value is Members =>
	typeof value === 'object' && value !== null && !Array.isArray(value);

/** The value if it is text. */
export const textOf = (value: unknown) => (typeof value === 'string' ? value : undefined);

/** A member that is a JSON object; an empty one if it is none. */
export const memberOf = (value: Members, name: string): Members => {
	const member = value[name];
	return isMembers(member) ? member : {};
};

/** The members with a value. Servers send empty text for what they do not know. */
export const withValues = (members: Members) =>
	Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined && value !== ''));
