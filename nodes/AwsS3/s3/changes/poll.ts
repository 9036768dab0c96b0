import { createHash } from 'node:crypto';
import { namespaceOf } from '../capabilities';
import type { S3 } from '../client/client';
import { compareKeys } from '../list/compareKeys';
import type { Found, Rules } from './compare';
import { compare, withChanges } from './compare';
import type { Place } from './listing';
import { listWatched } from './listing';
import { withTags } from './watchedTags';
import { decodeState, encodeState } from './stateCodec';
import type { StatePlace } from './stateObject';
import { deleteStateObject, readStateObject, writeStateObject } from './stateObject';
import type { Base, Stored } from './storedState';
import { changesIn, changesText, entriesIn } from './storedState';
import type { Change, Watched, WatchedPages } from './watchedObject';

/** Which existing objects to report when a trigger starts: none, all, or those written at or after a time. */
export type Start = 'none' | 'all' | Date;

/** One trigger: what it watches, what it reports, and where it stores its state. */
export interface Watch {
	s3: S3;
	place: Place;
	rules: Omit<Rules, 'after'>;
	start: Start;
	/** A number other than the stored one makes the trigger forget its state. Without a number it never does. */
	startOver?: number;
	/** Where to store a state that is too large for n8n. */
	statePlace: StatePlace;
	/** The maximum number of objects in a state that n8n stores. */
	maxInline: number;
}

/** The result of a poll, and the state that it compared with. */
interface Polled extends Found {
	stored: Stored;
	/** Whether the state is new, so that n8n must store it even without a report. */
	isNew: boolean;
}

/** How many changes to store beside a state in an object before writing it again. */
const maxChangesBeside = (count: number) => Math.min(2000, Math.max(20, count / 10));

/** How many old states to keep, because n8n may be killed before it saves the new one. */
const maxOld = 2;

const hashOfWatched = ({ s3, place }: Watch) => {
	const { bucket, prefix, isRecursive, hasVersions } = place;
	const what = [namespaceOf(s3.connection), bucket, prefix, isRecursive, hasVersions];
	return createHash('sha256').update(JSON.stringify(what)).digest('hex').slice(0, 32);
};

const startText = (start: Start) => (start instanceof Date ? start.toISOString() : start);

/** Encodes a state, and writes it into an object if it is too large for n8n. */
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

/** The objects in a state, without keys that the listing leaves out: these would count as deleted. */
const knownBy = ({ s3, place: { startAfter } }: Watch, { base }: Stored, changes: readonly Change[]): WatchedPages => {
	const known = withChanges(readBase(s3, base), changes);
	return startAfter === '' ? known : filtered(known, ({ key }) => compareKeys(key, startAfter) > 0);
};

/** The current objects, with their tags if these are watched. */
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

/** The state to compare with: the stored one, the same without the objects to report again, or a new one. */
const stateFor = async (watch: Watch, stored: Stored | undefined): Promise<{ stored: Stored; isNew: boolean }> => {
	const { start, startOver = stored?.startOver ?? 0 } = watch;
	const head = { version: 1 as const, watch: hashOfWatched(watch), start: startText(start), startOver, changes: '' };
	if (!stored || stored.watch !== head.watch || stored.startOver !== startOver) {
		const old = stored && oldOf(stored);
		return { stored: { ...head, ...(await write(watch, knownAtStart(watch))), ...(old && { old }) }, isNew: true };
	}
	// Forget an earlier date, so that entering it again reports again.
	if (!isReplay(watch, stored)) return { stored: { ...stored, start: head.start }, isNew: false };
	const known = knownBy(watch, stored, await changesIn(stored.changes));
	const kept =
		start instanceof Date ? filtered(known, ({ lastModified }) => lastModified < start.getTime()) : undefined;
	return { stored: { ...head, ...(await write(watch, kept ?? nothing())), old: oldOf(stored) }, isNew: true };
};

/** Compares the current objects with the state. Writes nothing except a new state that is too large for n8n. */
export const poll = async (watch: Watch, before: Stored | undefined): Promise<Polled> => {
	const { stored, isNew } = await stateFor(watch, before);
	if (isNew && watch.start === 'none') return { stored, isNew, reported: [], unreported: [], waiting: 0 };
	const known = knownBy(watch, stored, await changesIn(stored.changes));
	const rules = { ...watch.rules, after: stored.after };
	return { ...(await compare(known, listingOf(watch), rules)), stored, isNew };
};

/** A state with more changes. A later change of a key replaces an earlier one. */
export const withMore = async (stored: Stored, changes: readonly Change[]): Promise<Stored> => {
	if (changes.length === 0) return stored;
	const byKey = new Map((await changesIn(stored.changes)).map((one) => [one.key, one]));
	for (const { key, entry } of changes) byKey.set(key, { key, entry });
	const sorted = [...byKey.values()].sort((a, b) => compareKeys(a.key, b.key));
	return { ...stored, changes: await changesText(sorted) };
};

/**
 * Merges the changes into the state if there are too many. Only for polls that report something: otherwise n8n does not save
 * the name of the new state object.
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
