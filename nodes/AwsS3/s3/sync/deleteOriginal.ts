import type { ConditionalCopied } from '../copy/conditionalCopy';
import { isAlike, throwIfOneObject } from '../copy/oneObject';
import { isLostAnswer, isStop, originalKept, s3Failure, withDetails } from '../failure';
import { bareEtag, hasSameContent } from '../contentIdentity';
import { headObject } from '../list/headObject';
import type { Entry } from '../pairs/march';
import { isOneService } from '../pairs/oneBucket';
import type { Side } from '../pairs/sides';
import { objectAt, originalAt } from '../pairs/sides';
import { changedFailure, deleteIfUnchanged, etagOf, isChanged } from './changedMeanwhile';

/** The sides of a move. */
interface Both {
	from: Side;
	to: Side;
}

/** Throws unless a copy is still the one that was made, because the source is deleted on it. *Object: Move* has its own in `copy/move.ts`. */
const verifyCopied = async ({ from, to }: Both, source: Entry, targetKey: string, { ETag }: ConditionalCopied) => {
	const { key, size } = source;
	const head = await headObject(to.s3, objectAt(to, targetKey));
	if (!head || (ETag !== undefined && bareEtag(ETag) !== bareEtag(head.ETag)))
		throw changedFailure(`Another program wrote '${targetKey}' right after it was copied, so the original was kept`);
	if (head.ContentLength === size) return;
	// Not every server heeds the condition on what it copies.
	const original = await headObject(from.s3, originalAt(from, source));
	if (bareEtag(original?.ETag) !== bareEtag(source.etag)) throw changedFailure(`'${key}' has changed, so it was kept`);
	throw originalKept(
		`The copy of '${key}' has ${head.ContentLength} bytes instead of ${size}, so the original was kept`,
	);
};

/**
 * Throws if an original and what the destination has are one object, which a move would delete. Two addresses may lead to one
 * server, so where the services seem to be two, equal places are looked at.
 */
const throwIfOneOriginal = async ({ from, to }: Both, source: Entry, targetKey: string) => {
	const [at, copyAt] = [originalAt(from, source), objectAt(to, targetKey)];
	if (isOneService(from.s3, to.s3)) await throwIfOneObject(from.s3, at, copyAt);
	else if (at.bucket === copyAt.bucket && at.key === copyAt.key && (await isAlike(from.s3, at, copyAt, to.s3)))
		throw s3Failure({
			...{ code: 'SameObject', connection: to.s3.connection, ...copyAt },
			message: `'${at.key}' is the same object at both sides`,
		});
};

/** Throws if a move must not write an original under a key, because it could not delete the original safely. */
export const checkMove = async (both: Both, source: Entry, targetKey: string, isReplaced: boolean) => {
	etagOf(source);
	if (isReplaced || isOneService(both.from.s3, both.to.s3)) await throwIfOneOriginal(both, source, targetKey);
};

/** Deletes an original. Throws with the news that the copy is there, if that fails for a reason that is not a change by others. */
const deleteOriginal = async (
	from: Side,
	source: Entry,
	done: string,
	copyOfKept: { targetKey: string; etag?: string },
) => {
	await deleteIfUnchanged(from, source).catch((error) => {
		// Where the answer is lost, the original may be gone.
		throw isStop(error) || isChanged(error) || isLostAnswer(error) ? error : withDetails(error, { done, copyOfKept });
	});
};

/** Deletes an original that was copied. Throws if the copy or the original is no longer what it was then. */
export const deleteCopied = async (both: Both, source: Entry, targetKey: string, copied: ConditionalCopied) => {
	await verifyCopied(both, source, targetKey, copied);
	await deleteOriginal(both.from, source, `'${source.key}' was copied, but the original could not be deleted`, {
		...{ targetKey, etag: copied.ETag },
	});
};

/** Deletes an original that the destination already has. Throws if their contents no longer agree. */
export const deleteSource = async ({ from, to }: Both, source: Entry) => {
	const [at, copyAt] = [originalAt(from, source), objectAt(to, source.key)];
	await throwIfOneOriginal({ from, to }, source, source.key);
	const [original, copy] = await Promise.all([headObject(from.s3, at), headObject(to.s3, copyAt)]);
	if (!original || !copy || !hasSameContent(original, copy))
		throw changedFailure(`The destination no longer has the content of '${source.key}', so the original was kept`);
	await deleteOriginal(from, source, `'${source.key}' is at the destination, but the original could not be deleted`, {
		...{ targetKey: source.key, etag: copy.ETag },
	});
};
