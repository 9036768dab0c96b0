import { ListObjectsV2Command } from '@aws-sdk/client-s3';
import type { ObjectAt } from '../address';
import type { S3 } from '../client/client';
import { isStop } from '../failure';
import { compareKeys } from './keyOrder';
import { decoderFor } from './list';

/** An object, with its name among those of all connections. */
export interface Named extends ObjectAt {
	name: string;
}

/** Whether a key is known to be free now. False where nothing shows it, so that its object has to be looked at. */
export type IsFree = (s3: S3, at: Named) => Promise<boolean>;

/**
 * Milliseconds for which a listing counts after its answer: as long as the answer took, which is what the next request to the
 * server takes as well, and a little more. So a write is about as close to it as to a look at its own key.
 */
const moment = { more: 100, most: 500 };

/** Milliseconds after which the answer to a listing is too late to count. */
const tooLate = 5000;

/** Milliseconds without another listing after one that had more objects than fit into it, and so told of few keys. */
const pause = 5000;

/** Objects in a listing: mostly what other changes of the run have just written behind the key. */
const mostObjects = 200;

/** What this process has written of late, by name, and when. A listing that was requested before does not show it. */
const written = new Map<string, number>();

/** Remembers that this process has just written, or tried to write, an object. */
export const noteWritten = (name: string) => {
	const now = performance.now();
	written.delete(name);
	written.set(name, now);
	for (const [oldest, time] of written) {
		if (now - time < 2 * tooLate) return;
		written.delete(oldest);
	}
};

/** A listing of the keys behind one key, up to another one or, without it, to the end. */
interface Shown {
	requested: number;
	/** Until when it counts. */
	until: number;
	after: string;
	upTo?: string;
	taken: ReadonlySet<string>;
}

/** A key that comes before this one, with few between them. */
const keyBefore = (key: string) => [...key].slice(0, -1).join('');

/** Until when a listing counts that was requested at a time and answered now. */
const endOf = (requested: number) => {
	const answered = performance.now();
	const took = answered - requested;
	return took > tooLate ? answered : answered + Math.min(took + moment.more, moment.most);
};

const covers = ({ after, upTo }: Shown, key: string) =>
	compareKeys(after, key) < 0 && (upTo === undefined || compareKeys(key, upTo) <= 0);

const listBehind = async (s3: S3, bucket: string, prefix: string, after: string): Promise<Shown> => {
	const requested = performance.now();
	const { Contents, EncodingType, IsTruncated } = await s3.send(
		new ListObjectsV2Command({
			...{ Bucket: bucket, Prefix: prefix || undefined, StartAfter: after || undefined },
			...{ MaxKeys: mostObjects, EncodingType: 'url' },
		}),
	);
	const decode = decoderFor(EncodingType);
	const keys = (Contents ?? []).map(({ Key = '' }) => decode(Key));
	const until = endOf(requested);
	return { requested, until, after, ...(IsTruncated && { upTo: keys.at(-1) ?? after }), taken: new Set(keys) };
};

/**
 * Returns what tells of keys below a prefix, taken roughly in their order, whether they are free: by one listing for all that
 * are asked for within a moment, where the server lists at once what was written.
 */
export const freshListing = ({ bucket, prefix }: { bucket: string; prefix: string }): IsFree => {
	let shown: Shown | undefined;
	let listing: Promise<void> | undefined;
	const waiting: string[] = [];
	let pausedUntil = 0;
	const list = async (s3: S3) => {
		// Those that come in the same turn are asked for together.
		await Promise.resolve();
		const [first = ''] = waiting.splice(0).sort(compareKeys);
		shown = await listBehind(s3, bucket, prefix, keyBefore(first));
		if (shown.upTo !== undefined) pausedUntil = performance.now() + pause;
	};
	const isKnown = (key: string) => shown !== undefined && performance.now() < shown.until && covers(shown, key);
	const bring = async (s3: S3, key: string) => {
		waiting.push(key);
		listing ??= list(s3).finally(() => (listing = undefined));
		await listing;
	};
	return async (s3, { key, name }) => {
		if (s3.capabilities.listsAtOnce !== 'yes' || s3.isDryRun || !key.startsWith(prefix)) return false;
		// A listing that is under way may begin behind this key; the next one does not.
		for (let attempt = 0; attempt < 2 && !isKnown(key) && performance.now() > pausedUntil; attempt++)
			await bring(s3, key).catch((error) => {
				if (isStop(error)) throw error;
				pausedUntil = performance.now() + pause;
			});
		if (!shown || !isKnown(key) || shown.taken.has(key)) return false;
		return (written.get(name) ?? -Infinity) < shown.requested;
	};
};
