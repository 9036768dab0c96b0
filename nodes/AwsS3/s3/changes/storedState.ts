import { isMembers, textOf } from '../answers/members';
import { damaged } from './recordCodec';
import { decodeState, encodeState } from './stateCodec';
import type { Change, Watched, WatchedPages } from './watchedObject';

/** Where the state of a trigger is: in n8n's data of the workflow, or in an object. */
export type Base = { inline: string } | { bucket: string; key: string; checksum: string };

/**
 * What n8n stores for a trigger, as JSON: the state, and the changes since it was written. Changes are small, so a poll that
 * reports a few objects does not write a large state again.
 */
export interface Stored {
	version: 1;
	/** A hash of what the trigger watches. The state of anything else is useless. */
	watch: string;
	/** Which existing objects were reported: `none`, `all`, or those since a date. */
	start: string;
	startOver: number;
	base: Base;
	/** How many records the base has. */
	count: number;
	/** Changes since the base was written, encoded like a state. */
	changes: string;
	/** The key after which the next poll starts reporting. */
	after?: string;
	/** Objects with earlier states to delete, the oldest first. */
	old?: Array<{ bucket: string; key: string }>;
}

const countOf = (value: unknown) =>
	typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : undefined;

const baseIn = (value: unknown): Base | undefined => {
	if (!isMembers(value)) return undefined;
	const [inline, bucket, key, checksum] = [value.inline, value.bucket, value.key, value.checksum].map(textOf);
	if (inline !== undefined) return { inline };
	return bucket && key && checksum ? { bucket, key, checksum } : undefined;
};

const oldIn = (value: unknown) =>
	(Array.isArray(value) ? value : []).flatMap((one: unknown) => {
		if (!isMembers(one)) return [];
		const [bucket, key] = [textOf(one.bucket), textOf(one.key)];
		return bucket && key ? [{ bucket, key }] : [];
	});

/** Reads what n8n has stored; undefined at the first poll. Throws if it is no `Stored`. */
export const storedIn = (value: unknown): Stored | undefined => {
	if (value === undefined || value === null) return undefined;
	if (!isMembers(value)) throw damaged('n8n stores something else in its place');
	if (value.version !== 1) throw damaged(`it has version ${String(value.version)}, but this node supports version 1`);
	const [watch, start, changes, after] = [value.watch, value.start, value.changes, value.after].map(textOf);
	const [startOver, count, base] = [value.startOver, countOf(value.count), baseIn(value.base)];
	if (watch === undefined || start === undefined || changes === undefined || count === undefined || !base)
		throw damaged('part of it is missing');
	const old = oldIn(value.old);
	return {
		...{ version: 1, watch, start, startOver: typeof startOver === 'number' ? startOver : 0, base, count, changes },
		...(after !== undefined && { after }),
		...(old.length > 0 && { old }),
	};
};

/** Encodes changes as text. */
export const changesText = async (changes: readonly Change[]): Promise<string> => {
	if (changes.length === 0) return '';
	const chunks: Buffer[] = [];
	for await (const chunk of encodeState([changes])) chunks.push(chunk);
	return Buffer.concat(chunks).toString('base64');
};

/** Reads changes from text. Throws if it is damaged. */
export const changesIn = async (text: string): Promise<Change[]> => {
	if (text === '') return [];
	const changes: Change[] = [];
	for await (const page of decodeState([Buffer.from(text, 'base64')])) for (const one of page) changes.push(one);
	return changes;
};

/** The objects in the records of a state. */
export async function* entriesIn(records: AsyncIterable<Change[]>): WatchedPages {
	for await (const page of records) {
		const entries: Watched[] = [];
		for (const { entry } of page) if (entry) entries.push(entry);
		if (entries.length > 0) yield entries;
	}
}
