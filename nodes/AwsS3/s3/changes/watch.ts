import { createHash } from 'node:crypto';
import { namespaceOf } from '../capabilities';
import type { S3 } from '../client/client';
import { compareKeys } from '../list/keyOrder';
import type { Found, Rules } from './compare';
import { compare, withChanges } from './compare';
import type { Place } from './listing';
import { listWatched } from './listing';
import { withTags } from './watchedTags';
import { decodeState, encodeState } from './stateCodec';
import type { StatePlace } from './stateObject';
import { deleteStateObject, readStateObject, writeStateObject } from './stateObject';
import type { Base, Stored } from './stored';
import { changesIn, changesText, entriesIn } from './stored';
import type { Change, Watched, WatchedPages } from './watched';

/** Which existing objects are reported when a trigger starts: none, all, or those that were written at or after a time. */
export type Start = 'none' | 'all' | Date;

/** One trigger: what it watches, what it reports, and where its state is. */
export interface Watch {
	s3: S3;
	place: Place;
	rules: Omit<Rules, 'after'>;
	start: Start;
	/** Another number than the stored one makes the trigger forget its state. Without one it never does. */
	startOver?: number;
	/** Where a state goes that is too large for n8n. */
	statePlace: StatePlace;
	/** How many objects a state in the data of the workflow has at most. */
	maxInline: number;
}

/** What a poll has found, and the state that it was compared with. */
export interface Polled extends Found {
	stored: Stored;
	/** Whether this is a new state, which n8n has to keep although nothing is reported. */
	isNew: boolean;
}

/** How many changes are kept beside a state in an object, before it is written again. */
const maxChangesBeside = (count: number) => Math.min(2000, Math.max(20, count / 10));

/** Objects with old states that are kept. n8n may fail to save that a new one is there. */
const maxOld = 2;

const watchOf = ({ s3, place }: Watch) => {
	const { bucket, prefix, isRecursive, hasVersions } = place;
	const what = [namespaceOf(s3.connection), bucket, prefix, isRecursive, hasVersions];
	return createHash('sha256').update(JSON.stringify(what)).digest('hex').slice(0, 32);
};

const startText = (start: Start) => (start instanceof Date ? start.toISOString() : start);

/** Encodes a state, and puts it where it belongs. */
const write = async (watch: Watch, pages: WatchedPages): Promise<{ base: Base; count: number }> => {
	let count = 0;
	async function* records(): AsyncGenerator<Change[]> {
		for await (const page of pages) {
			count += page.length;
			yield page.map((entry) => ({ key: entry.key, entry }));
		}
	}
	const chunks: Buffer[] = [];
	for await (const chunk of encodeState(records())) chunks.push(chunk);
	const bytes = Buffer.concat(chunks);
	if (count <= watch.maxInline) return { base: { inline: bytes.toString('base64') }, count };
	return { base: await writeStateObject(watch.s3, watch.statePlace, bytes), count };
};

const readBase = (s3: S3, base: Base) =>
	entriesIn('inline' in base ? decodeState([Buffer.from(base.inline, 'base64')]) : readStateObject(s3, base));

async function* filtered(pages: WatchedPages, keeps: (entry: Watched) => boolean): AsyncGenerator<Watched[]> {
	for await (const page of pages) {
		const kept = page.filter(keeps);
		if (kept.length > 0) yield kept;
	}
}

/** What is known by a state. Keys that are not listed any more are not known, or they would count as deleted. */
const knownBy = ({ s3, place: { startAfter } }: Watch, { base }: Stored, changes: readonly Change[]): WatchedPages => {
	const known = withChanges(readBase(s3, base), changes);
	return startAfter === '' ? known : filtered(known, ({ key }) => compareKeys(key, startAfter) > 0);
};

/** The listing, with tags if they are reported. */
const listingOf = ({ s3, place, rules }: Watch): WatchedPages => {
	const listing = listWatched(s3, place);
	return rules.events.has('tagsChanged') ? withTags(s3, place.bucket, listing, rules.accepts) : listing;
};

async function* nothing(): AsyncGenerator<Watched[]> {}

/** The objects that count as known when a trigger starts. */
const knownAtStart = (watch: Watch): WatchedPages => {
	const { start } = watch;
	if (start === 'all') return nothing();
	const listing = listingOf(watch);
	return start === 'none' ? listing : filtered(listing, ({ lastModified }) => lastModified < start.getTime());
};

const oldOf = ({ base, old = [] }: Stored) =>
	'inline' in base ? old : [...old, { bucket: base.bucket, key: base.key }];

const isReplay = ({ start }: Watch, stored: Stored) => start !== 'none' && stored.start !== startText(start);

/** The state to compare with: the stored one, one without the objects to report again, or a new one. */
const stateFor = async (watch: Watch, stored: Stored | undefined): Promise<{ stored: Stored; isNew: boolean }> => {
	const { start, startOver = stored?.startOver ?? 0 } = watch;
	const head = { version: 1 as const, watch: watchOf(watch), start: startText(start), startOver, changes: '' };
	if (!stored || stored.watch !== head.watch || stored.startOver !== startOver) {
		const old = stored && oldOf(stored);
		return { stored: { ...head, ...(await write(watch, knownAtStart(watch))), ...(old && { old }) }, isNew: true };
	}
	// Without the time that it had, the same time entered again reports again.
	if (!isReplay(watch, stored)) return { stored: { ...stored, start: head.start }, isNew: false };
	const known = knownBy(watch, stored, await changesIn(stored.changes));
	const kept =
		start instanceof Date ? filtered(known, ({ lastModified }) => lastModified < start.getTime()) : undefined;
	return { stored: { ...head, ...(await write(watch, kept ?? nothing())), old: oldOf(stored) }, isNew: true };
};

/** Compares the listing with the state. Changes nothing that is stored, except for objects with new states. */
export const poll = async (watch: Watch, before: Stored | undefined): Promise<Polled> => {
	const { stored, isNew } = await stateFor(watch, before);
	if (isNew && watch.start === 'none') return { stored, isNew, reported: [], unreported: [], waiting: 0 };
	const known = knownBy(watch, stored, await changesIn(stored.changes));
	const rules = { ...watch.rules, after: stored.after };
	return { ...(await compare(known, listingOf(watch), rules)), stored, isNew };
};

/** A state with more changes: a later one of a key replaces an earlier one. */
export const withMore = async (stored: Stored, changes: readonly Change[]): Promise<Stored> => {
	if (changes.length === 0) return stored;
	const byKey = new Map((await changesIn(stored.changes)).map((one) => [one.key, one]));
	for (const { key, entry } of changes) byKey.set(key, { key, entry });
	const sorted = [...byKey.values()].sort((a, b) => compareKeys(a.key, b.key));
	return { ...stored, changes: await changesText(sorted) };
};

/**
 * Writes a state anew where its changes would be too many. Only for a poll that reports something: n8n does not save where a new state
 * is otherwise, and would look for it where it was.
 */
export const compacted = async (watch: Watch, stored: Stored): Promise<Stored> => {
	const changes = await changesIn(stored.changes);
	const isInline = 'inline' in stored.base;
	if (changes.length === 0 || (!isInline && changes.length <= maxChangesBeside(stored.count))) return stored;
	const old = oldOf(stored);
	const next = { ...stored, ...(await write(watch, knownBy(watch, stored, changes))), changes: '' };
	for (const one of old.slice(0, -maxOld)) await deleteStateObject(watch.s3, one);
	const kept = old.slice(-maxOld);
	return { ...next, ...(kept.length > 0 && { old: kept }) };
};
