import type { ObjectAt } from '../address';
import { maxKeyBytes } from '../address';
import type { S3 } from '../client/client';
import { learnRefusal } from '../capabilities';
import { serviceUrlOf } from '../connection';
import { codeOf, s3Failure, statusOf, withDetails } from '../failure';
import { alone } from '../flow/keyLock';
import { listObjects } from '../list/list';
import { headObject } from '../list/headObject';

/** What is done where there is an object of the same key already. */
export type OnConflict = 'overwrite' | 'fail' | 'skip' | 'skipIfSame' | 'rename';

/** Whether a write was refused because the key is taken, or is being taken at this moment. */
export const isTaken = (error: unknown): boolean =>
	/^(PreconditionFailed|ConditionalRequestConflict)$/.test(codeOf(error) ?? '');

/** Gives what a key that is taken gives, if that is what was refused; throws otherwise, with the key where it is meant to fail. */
export const orSkip =
	(key: string, onConflict: OnConflict) =>
	(error: unknown): { key: string; skipped: 'exists' } => {
		if (!isTaken(error)) throw error;
		if (onConflict === 'fail') throw withDetails(error, { takenKey: key });
		return { key, skipped: 'exists' };
	};

/** Throws what S3 throws for `If-None-Match: *`, if the object is there. */
export const throwIfExists = async (s3: S3, at: ObjectAt) => {
	if (!(await headObject(s3, at))) return;
	throw s3Failure({
		message: 'The object exists',
		code: 'PreconditionFailed',
		status: 412,
		connection: s3.connection,
		...at,
	});
};

/** Whether a server does not know a part of a request. */
const isNotKnown = (error: unknown) => statusOf(error) === 501 || codeOf(error) === 'NotImplemented';

/**
 * Writes only if the key is free. Where S3's own condition is known to hold, it alone decides. Elsewhere the key is looked
 * for first, one write of it at a time, and the condition is sent along unless the server refuses it.
 */
export const ifFree = async <T>(
	s3: S3,
	at: ObjectAt,
	capability: 'conditionalPut' | 'conditionalCopy',
	write: (condition: { IfNoneMatch?: '*' }) => Promise<T>,
): Promise<T> => {
	if (s3.capabilities[capability] === 'yes' && !s3.isDryRun) return await write({ IfNoneMatch: '*' });
	return await alone(`${serviceUrlOf(s3.connection)} ${at.bucket} ${at.key}`, async () => {
		await throwIfExists(s3, at);
		if (s3.capabilities[capability] === 'no') return await write({});
		return await write({ IfNoneMatch: '*' }).catch(async (error) => {
			if (!isNotKnown(error)) throw error;
			learnRefusal(s3.connection, capability);
			return await write({});
		});
	});
};

/** `folder/name`, `.ext`: a dot that begins a name begins no extension. */
const partsOf = (key: string) => {
	const [, base = key, extension = ''] = /^(.*[^/])(\.[^./]+)$/s.exec(key) ?? [];
	return { base, extension };
};

/** The numbers that names such as `report (2).pdf` have already. */
const numbersTaken = async (s3: S3, { bucket, key }: ObjectAt): Promise<Set<number>> => {
	const { base, extension } = partsOf(key);
	const beginning = `${base} (`;
	const taken = new Set<number>();
	// Only the names of this one object are listed, not the folder.
	for await (const { Key } of listObjects(s3, { Bucket: bucket, Prefix: beginning })) {
		const number = Key.endsWith(`)${extension}`) ? Key.slice(beginning.length, -extension.length - 1) : '';
		if (/^\d+$/.test(number)) taken.add(Number(number));
	}
	return taken;
};

async function* freeKeys(s3: S3, at: ObjectAt): AsyncGenerator<string> {
	yield at.key;
	const taken = await numbersTaken(s3, at);
	const { base, extension } = partsOf(at.key);
	for (let number = 2; ; number++) if (!taken.has(number)) yield `${base} (${number})${extension}`;
}

/**
 * Writes under a key, or under the next free name after it such as `report (2).pdf`. `write` has to refuse a key that is
 * taken, as S3 does for `If-None-Match: *`, so that several at once never share one. Gives what `write` gave.
 */
export const withFreeKey = async <T>(s3: S3, at: ObjectAt, write: (key: string) => Promise<T>): Promise<T> => {
	for await (const key of freeKeys(s3, at)) {
		if (Buffer.byteLength(key) > maxKeyBytes) break;
		const written = await write(key).then(
			(result) => ({ result }),
			(error) => {
				if (!isTaken(error)) throw error;
				return undefined;
			},
		);
		if (written) return written.result;
	}
	throw new Error(`There is no free name left beside '${at.key}' that fits into ${maxKeyBytes} bytes`);
};
