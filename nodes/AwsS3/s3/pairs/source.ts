import type { ConditionalCopied } from '../copy/conditionalCopy';
import type { Known, Look, Reason, Rules } from './decide';
import type { Entry, Pages } from './march';
import type { Side } from './sides';

/** One copy to make. */
interface ToCopy {
	from: Side;
	to: Side;
	entry: Entry;
	/** The key below the prefix of the destination. */
	key: string;
	/** The ETag of what may be overwritten; without one, the key must be free. */
	replaces?: string;
	/**
	 * The version that the copy comes on top of, without an ID if the key is free. With it, a copy whose answer is lost is looked for, and
	 * gets what belongs to it.
	 */
	onTopOf?: { versionId?: string };
}

/** Copies an object as it was listed. Throws with status 412 if either side is not as it was listed any more. */
export type Copier = (toCopy: ToCopy) => Promise<ConditionalCopied>;

/**
 * Called for an entry of the source for which nothing can be done, with its key at the destination and the reason. A failure counts.
 * Returns true if the run has reached a limit: then the source ends with what it has found.
 */
export type LeaveOut = (entry: Entry, why: Reason | Error) => boolean | undefined;

/** An original, and the object of the destination to compare it with, by its key there. */
interface Looked {
	entry: Entry;
	to: Side;
	copyKey: string;
}

/** The checksums of an original that is no object, from its system, in hexadecimal digits. */
export interface ForeignOriginal {
	md5?: string;
	sha256?: string;
	read(signal?: AbortSignal): Promise<AsyncIterable<Uint8Array>>;
}

/** What a transfer copies: all that it does with the originals. Requests end with the signal. */
export interface Source {
	/** Where the originals are, if they are objects. Only those can be moved, and keep numbered names for themselves. */
	side?: Side;
	/**
	 * The entries under their keys at the destination, in the order of these keys. A mirror reads them twice. Without `leaveOut`, throws
	 * for an entry whose state is not known.
	 */
	pages: (signal: AbortSignal, leaveOut?: LeaveOut) => Pages;
	/** Looks at an original and what the destination has. */
	look: (look: Look, looked: Looked, signal: AbortSignal) => Promise<Known>;
	/** Copies an original as it was listed. Throws with status 412 if either side is not as it was listed any more. */
	copy: (toCopy: Omit<ToCopy, 'from'>, signal: AbortSignal) => Promise<ConditionalCopied>;
	/** An original that is no object. Absent where originals are objects of the side. */
	original?: (entry: Entry) => ForeignOriginal;
	/** Whether a key at the destination has an original. Absent if only its pages show this. */
	has?: (key: string, signal: AbortSignal) => Promise<boolean>;
	/** Whether its pages come from elsewhere than the bucket, so that a plan of a mirror asks the bucket as well. */
	isReported?: true;
}

/** The bucket and prefix of a source; both are empty for items, which come from elsewhere. */
export const placeOfSource = ({ side }: Pick<Source, 'side'>) => ({
	bucket: side?.bucket ?? '',
	prefix: side?.prefix ?? '',
});

/** What a transfer copies, where to, and what it does. */
export interface Sides {
	from: Source;
	to: Side;
	rules: Rules;
}
