import type { ObjectAt } from '../address';
import { s3Failure } from '../failure';

/** The refusal of a file of a job that is not as this node writes it. `what` completes "The object 'key' ...". */
export const fileFault = (at: ObjectAt, what: string) =>
	s3Failure({ code: 'JobFileUnreadable', message: `The object '${at.key}' ${what}`, ...at });
