import { deleteObject } from '../delete/deleteObjects';
import { codeOf, s3Failure, statusOf, wasRetried, wrongAnswer } from '../failure';
import { bareEtag } from '../contentIdentity';
import { headObject } from '../list/headObject';
import type { Entry } from '../pairs/march';
import type { Side } from '../pairs/sides';
import { objectAt } from '../pairs/sides';
import { ifMatches } from '../write/conditionalWrite';

/** The failure of a change that is not made, because another program has changed the object. */
export const changedFailure = (message: string) => s3Failure({ code: 'PreconditionFailed', status: 412, message });

/** Whether a change failed because its object is no longer as it was listed. */
export const isChanged = (error: unknown) =>
	statusOf(error) === 412 ||
	codeOf(error) === 'ConditionalRequestConflict' ||
	(statusOf(error) === 404 && /^(NoSuchKey|NotFound|404)$/.test(codeOf(error) ?? ''));

/** The ETag that an object was listed with. Throws without one: no server could tell whether it is still the same object. */
export const etagOf = ({ etag, key }: Entry) => {
	if (bareEtag(etag) !== '') return String(etag);
	throw wrongAnswer(`The server lists no ETag for '${key}', so it was not changed`);
};

/**
 * Deletes the current object of an entry if it is still the one that was listed. Versions stay. If the answer to a first attempt was
 * lost, S3 rejects the retry because the first one has deleted the object.
 */
export const deleteIfUnchanged = async ({ s3, ...side }: Side, entry: Entry) => {
	const at = objectAt(side, entry.from?.key ?? entry.key);
	await ifMatches(s3, { ...at, etag: etagOf(entry) }, 'conditionalDelete', async ({ IfMatch }) => {
		await deleteObject(s3, { ...at, etag: IfMatch }).catch(async (error) => {
			if (!wasRetried(error) || !isChanged(error) || (await headObject(s3, at))) throw error;
		});
	});
};
