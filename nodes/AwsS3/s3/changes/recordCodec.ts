import { s3Failure } from '../failure';
import type { Change, Restore, Watched } from './watchedObject';

/**
 * One record of a state in bytes: the length of what its key shares with the previous key, the rest of the key, and the object.
 * Most ETags are MD5 digests, whose 16 bytes are the largest part and cannot be compressed.
 */

/** Saved states contain the positions, so new classes go to the end. The first position stands for all classes not listed. */
const classes = [
	...['', 'STANDARD', 'STANDARD_IA', 'ONEZONE_IA', 'INTELLIGENT_TIERING', 'GLACIER', 'DEEP_ARCHIVE', 'GLACIER_IR'],
	...['REDUCED_REDUNDANCY', 'EXPRESS_ONEZONE', 'OUTPOSTS', 'SNOW'],
];
const restores: readonly Restore[] = ['unknown', 'none', 'inProgress', 'restored'];

const flag = {
	isText: 1,
	hasParts: 2,
	isMillisecond: 4,
	hasVersions: 8,
	isGone: 16,
	hasTags: 32,
	isDeleteMarker: 64,
	class: 128,
	restore: 128 * 16,
};

const fingerprintBytes = 8;

/** What a record builds on: the previous record. */
interface Last {
	key: string;
	seconds: number;
}

/** What the first record of a block builds on. */
export const noRecordBefore = (): Last => ({ key: '', seconds: 0 });

const sharedLength = (one: string, other: string) => {
	const most = Math.min(one.length, other.length);
	let length = 0;
	while (length < most && one.charCodeAt(length) === other.charCodeAt(length)) length++;
	// UTF-8 cannot encode half of a surrogate pair.
	const lastUnit = length > 0 ? one.charCodeAt(length - 1) : 0;
	return lastUnit >= 0xd800 && lastUnit < 0xdc00 ? length - 1 : length;
};

/** A buffer that grows. */
export const byteWriter = (size: number) => {
	let bytes = Buffer.allocUnsafe(size);
	let length = 0;
	const reserve = (more: number) => {
		if (length + more <= bytes.length) return;
		const larger = Buffer.allocUnsafe(Math.max(bytes.length * 2, length + more));
		bytes.copy(larger, 0, 0, length);
		bytes = larger;
	};
	return {
		length: () => length,
		/** Returns a copy of the bytes and starts again. */
		taken: () => {
			const taken = Buffer.from(bytes.subarray(0, length));
			length = 0;
			return taken;
		},
		/** A whole number from 0, seven bits a byte. */
		number: (value: number) => {
			reserve(9);
			let rest = value;
			for (; rest > 127; rest = Math.floor(rest / 128)) bytes[length++] = (rest % 128) + 128;
			bytes[length++] = rest;
		},
		text: (text: string, encoding: 'utf8' | 'hex') => {
			reserve(text.length * 3);
			length += bytes.write(text, length, encoding);
		},
	};
};

type ByteWriter = ReturnType<typeof byteWriter>;

const writeText = (to: ByteWriter, text: string) => {
	to.number(Buffer.byteLength(text));
	to.text(text, 'utf8');
};

const md5 = /^([0-9a-f]{32})(?:-([1-9]\d{0,4}))?$/;

/** Maps numbers close to 0, also negative ones, to small positive ones. */
const zigzag = (value: number) => (value < 0 ? -value * 2 - 1 : value * 2);
const unzigzag = (value: number) => (value % 2 === 1 ? -(value + 1) / 2 : value / 2);

/** Writes a record, and notes it in `last`. */
export const writeRecord = (to: ByteWriter, last: Last, { key, entry }: Change) => {
	const shared = sharedLength(last.key, key);
	last.key = key;
	to.number(shared);
	writeText(to, key.slice(shared));
	if (!entry) {
		to.number(flag.isGone);
		return;
	}
	const { etag, size, lastModified, storageClass, restore, versions, tags } = entry;
	const digest = md5.exec(etag);
	const isMillisecond = lastModified % 1000 !== 0;
	const place = Math.max(classes.indexOf(storageClass), 0);
	to.number(
		(digest ? 0 : flag.isText) +
			(digest?.[2] ? flag.hasParts : 0) +
			(isMillisecond ? flag.isMillisecond : 0) +
			(versions ? flag.hasVersions : 0) +
			(tags === undefined ? 0 : flag.hasTags) +
			(entry.isDeleteMarker ? flag.isDeleteMarker : 0) +
			place * flag.class +
			restores.indexOf(restore) * flag.restore,
	);
	if (digest?.[1]) to.text(digest[1], 'hex');
	else writeText(to, etag);
	if (digest?.[2]) to.number(Number(digest[2]));
	to.number(size);
	const seconds = Math.floor(lastModified / 1000);
	to.number(zigzag(seconds - last.seconds));
	last.seconds = seconds;
	if (isMillisecond) to.number(lastModified - seconds * 1000);
	if (place === 0) writeText(to, storageClass);
	if (tags !== undefined) to.text(tags, 'hex');
	if (!versions) return;
	to.number(versions.length);
	for (const version of versions) to.text(version, 'hex');
};

/** The failure of a state that was changed after it was written. */
export const damaged = (what: string) =>
	s3Failure({ code: 'TriggerStateDamaged', message: `The state of the trigger is damaged: ${what}` });

/** Reads bytes from the start. Throws when they end too early. */
export const byteReader = (bytes: Buffer) => {
	let at = 0;
	const take = (count: number) => {
		if (at + count > bytes.length) throw damaged('it ends in the middle of a record');
		at += count;
		return at - count;
	};
	const number = () => {
		let value = 0;
		for (let factor = 1; ; factor *= 128) {
			const byte = bytes[take(1)] ?? 0;
			value += (byte % 128) * factor;
			if (byte < 128) return value;
			if (factor > 2 ** 50) throw damaged('a number in it is too large');
		}
	};
	return {
		number,
		isAtEnd: () => at >= bytes.length,
		/** Reads how many texts of a length follow. */
		count: (length: number) => {
			const count = number();
			if (count * length > bytes.length - at) throw damaged('it ends in the middle of a record');
			return count;
		},
		text: (count: number, encoding: 'utf8' | 'hex') => {
			const from = take(count);
			return bytes.toString(encoding, from, from + count);
		},
	};
};

type ByteReader = ReturnType<typeof byteReader>;

const readText = (from: ByteReader) => from.text(from.number(), 'utf8');

/** Reads a record, and notes it in `last`. */
export const readRecord = (from: ByteReader, last: Last): Change => {
	const shared = from.number();
	if (shared > last.key.length) throw damaged('a key does not continue the previous one');
	const key = last.key.slice(0, shared) + readText(from);
	last.key = key;
	const flags = from.number();
	const has = (one: number) => Math.floor(flags / one) % 2 === 1;
	if (has(flag.isGone)) return { key };
	const text = has(flag.isText) ? readText(from) : from.text(16, 'hex');
	const etag = has(flag.hasParts) ? `${text}-${from.number()}` : text;
	const size = from.number();
	last.seconds += unzigzag(from.number());
	const lastModified = last.seconds * 1000 + (has(flag.isMillisecond) ? from.number() : 0);
	const place = Math.floor(flags / flag.class) % 16;
	const storageClass = place === 0 ? readText(from) : classes[place];
	const restore = restores[Math.floor(flags / flag.restore) % 4];
	if (storageClass === undefined || restore === undefined) throw damaged('it has an unknown storage class');
	const tags = has(flag.hasTags) ? from.text(fingerprintBytes, 'hex') : undefined;
	const entry: Watched = { key, etag, size, lastModified, storageClass, restore };
	if (tags !== undefined) entry.tags = tags;
	if (has(flag.isDeleteMarker)) entry.isDeleteMarker = true;
	if (has(flag.hasVersions))
		entry.versions = Array.from({ length: from.count(fingerprintBytes) }, () => from.text(fingerprintBytes, 'hex'));
	return { key, entry };
};
