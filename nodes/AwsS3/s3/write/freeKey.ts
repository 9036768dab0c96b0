import type { ObjectAt } from '../address';
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
const takenNumbers = async (s3: S3, { bucket, key }: ObjectAt): Promise<Set<number>> => {
	const taken = new Set<number>();
	// This prefix lists only the numbered keys, not the whole folder.
	for await (const { Key } of listObjects(s3, { Bucket: bucket, Prefix: numberedName(key).before })) {
		const number = renamedNumber(Key, key);
		if (number !== undefined) taken.add(number);
	}
	return taken;
};

async function* freeKeys(s3: S3, at: ObjectAt): AsyncGenerator<string> {
	yield at.key;
	const taken = await takenNumbers(s3, at);
	for (let number = 2; ; number++) if (!taken.has(number)) yield numberedName(at.key).with(number);
}

/** Numbered keys that are being written by this process, so that many items of one name do not all try the same ones. */
const reserved = new Set<string>();

const reserving = async <T>(name: string, write: () => Promise<T>): Promise<T> => {
	reserved.add(name);
	return await write().finally(() => reserved.delete(name));
};

/** The result of a write, or undefined if another program has taken its key in between. Throws all other failures. */
export const unlessTaken = async <T>(writing: Promise<T>): Promise<{ result: T } | undefined> =>
	await writing.then(
		(result) => ({ result }),
		(error) => {
			if (!isTaken(error)) throw error;
			return undefined;
		},
	);

/**
 * Runs `write` with the key, or with the next free key such as `report (2).pdf`, and returns its result. `write` must throw
 * if the key exists, so that parallel writes never share a key. Throws if the next key exceeds S3's limit.
 */
export const withFreeKey = async <T>(s3: S3, at: ObjectAt, write: (key: string) => Promise<T>): Promise<T> => {
	for await (const key of freeKeys(s3, at)) {
		if (Buffer.byteLength(key) > maxKeyBytes) break;
		const name = nameOf(s3, { bucket: at.bucket, key });
		if (key !== at.key && reserved.has(name)) continue;
		const written = await unlessTaken(reserving(name, async () => await write(key)));
		if (written) return written.result;
	}
	throw new Error(`Found no free name for '${at.key}' within ${maxKeyBytes} bytes`);
};
