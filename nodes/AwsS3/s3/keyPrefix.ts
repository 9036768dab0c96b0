import type { Connection } from './connection';

type Restricted = Pick<Connection, 'bucket' | 'prefix'>;

/** The prefix of a connection in a bucket; empty without one, and in other buckets than its own. */
export const prefixIn = ({ bucket: own, prefix = '' }: Restricted, bucket: string) => (bucket === own ? prefix : '');

/** Whether a key, or all keys that begin with it, are outside of what the prefix of a connection restricts it to. */
export const isOutside = ({ bucket: own, prefix = '' }: Restricted, bucket: string, key: string) =>
	prefix !== '' && (bucket !== own || !key.startsWith(prefix));

/** Whether one of two prefixes contains the keys of the other. */
export const overlaps = (one: string, other: string) => one.startsWith(other) || other.startsWith(one);
