// The names of all that a run makes at AWS: buckets, users and roles. Only what has such a name is ever removed.
import { randomBytes } from 'node:crypto';

/** What all names begin with; policy.json names it as well. */
export const family = 'n8n-s3-test-';

const pattern = new RegExp(`^(${family}[0-9a-f]{8}-)[0-9a-f]{16}$`);

/** The prefix of a new run. */
export const newRun = () => `${family}${randomBytes(4).toString('hex')}-`;

/** The prefix of the run that made a bucket, user or role; undefined for what no run has made. */
export const runOf = (name) => pattern.exec(name)?.[1];

/** Whether a text is the prefix of a run. */
export const isRun = (text) => runOf(`${text}${'0'.repeat(16)}`) === text;

/** Selects the names that a run has made, or any run where none is given. */
export const namesOf = (names, run) =>
	names.filter((name) => runOf(name) !== undefined && (run === undefined || runOf(name) === run));
