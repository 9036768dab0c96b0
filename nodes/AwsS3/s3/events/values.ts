import type { Members } from '../answers/members';
import { isMembers } from '../answers/members';

/** A member that is a JSON object; an empty one if it is none. */
export const memberOf = (value: Members, name: string): Members => {
	const member = value[name];
	return isMembers(member) ? member : {};
};

/** The values that are there: servers send empty text for what they do not know. */
export const known = (values: Record<string, unknown>) =>
	Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined && value !== ''));
