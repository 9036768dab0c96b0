import type { CurrentObject } from '../address';
import { maxKeyBytes } from '../address';
import type { S3 } from '../client/client';
import { listObjects } from '../list/list';
import { isTaken, nameOf } from './conditionalWrite';

/** Splits `folder/name.ext` into `folder/name` and `.ext`. A name such as `.profile` has no extension. */
const splitExtension = (key: string) => {
	const [, base = key, extension = ''] = /^(.*[^/])(\.[^./]+)$/s.exec(key) ?? [];
	return { base, extension };
};

/** What the numbered names of a key begin with, and the name with a number, such as `report (2).pdf` for 2. */
export const numberedName = (key: string) => {
	const { base, extension } = splitExtension(key);
	return { before: `${base} (`, with: (number: number) => `${base} (${number})${extension}` };
};

/** The number of a key that *Rename* has made of another one, such as 2 for `report (2).pdf`; otherwise undefined. */
export const renamedNumber = (key: string, from: string): number | undefined => {
	const { base, extension } = splitExtension(from);
	const isRenamed = key.startsWith(`${base} (`) && key.endsWith(`)${extension}`);
	const number = isRenamed ? key.slice(base.length + 2, -extension.length - 1) : '';
	return /^\d+$/.test(number) ? Number(number) : undefined;
};

/** The numbers in existing keys such as `report (2).pdf`. */
const takenNumbers = async (s3: S3, { bucket, key }: CurrentObject): Promise<Set<number>> => {
	const taken = new Set<number>();
	// This prefix lists only the numbered keys, not the whole folder.
	for await (const { Key } of listObjects(s3, { Bucket: bucket, Prefix: numberedName(key).before })) {
		const number = renamedNumber(Key, key);
		if (number !== undefined) taken.add(number);
	}
	return taken;
};

/** The names of a key with a number, from `report (2).pdf` on, without the numbers that are taken. */
export function* numberedKeys(key: string, isTakenNumber: (number: number) => boolean): Generator<string> {
	const name = numberedName(key);
	for (let number = 2; ; number++) if (!isTakenNumber(number)) yield name.with(number);
}

async function* freeKeys(s3: S3, at: CurrentObject): AsyncGenerator<string> {
	yield at.key;
	const taken = await takenNumbers(s3, at);
	yield* numberedKeys(at.key, (number) => taken.has(number));
}

/**
 * By wanted key: the numbered keys that its writers in this process have taken, or are trying. None of them tries what another one has,
 * also if its own listing is from before. Dropped when the last writer ends.
 */
const claims = new Map<string, { keys: Set<string>; writers: number }>();

/** Runs `work` with the claims of a wanted key. */
const claiming = async <T>(wanted: string, work: (keys: Set<string>) => Promise<T>): Promise<T> => {
	const claim = claims.get(wanted) ?? { keys: new Set<string>(), writers: 0 };
	claims.set(wanted, claim);
	claim.writers++;
	return await work(claim.keys).finally(() => --claim.writers || claims.delete(wanted));
};

/** The result of a write, or undefined if another program has taken its key in between. Throws all other failures. */
const unlessTaken = async <T>(writing: Promise<T>): Promise<{ result: T } | undefined> =>
	await writing.then(
		(result) => ({ result }),
		(error) => {
			if (!isTaken(error)) throw error;
			return undefined;
		},
	);

/** The most keys to try. All were free in the listing, so a server that refuses this many refuses each key. */
const maxTries = 1000;

/**
 * Runs `write` with the first of these keys that is free, and returns its result. `write` must do nothing besides the write, and
 * throw if the key exists. Throws if the next key exceeds S3's limit, and after 1,000 keys.
 */
export const withFirstFree = async <T>(
	s3: S3,
	{ bucket, key: wanted }: CurrentObject,
	keys: Iterable<string> | AsyncIterable<string>,
	write: (key: string) => Promise<T>,
): Promise<T> => {
	let tries = 0;
	return await claiming(nameOf(s3, { bucket, key: wanted }), async (claimed) => {
		for await (const key of keys) {
			if (Buffer.byteLength(key) > maxKeyBytes) break;
			if (key !== wanted && claimed.has(key)) continue;
			if (++tries > maxTries)
				throw new Error(`Found no free name for '${wanted}' in ${maxTries.toLocaleString('en')} tries`);
			claimed.add(key);
			const written = await unlessTaken(write(key)).catch((error) => {
				claimed.delete(key);
				throw error;
			});
			if (written) return written.result;
		}
		throw new Error(`Found no free name for '${wanted}' within ${maxKeyBytes} bytes`);
	});
};

/** Runs `write` with the key, or with the next free key such as `report (2).pdf`. See `withFirstFree`. */
export const withFreeKey = async <T>(s3: S3, at: CurrentObject, write: (key: string) => Promise<T>): Promise<T> =>
	await withFirstFree(s3, at, freeKeys(s3, at), write);
