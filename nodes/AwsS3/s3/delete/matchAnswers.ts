import type { DeletedObject, DeleteObjectsCommandOutput, _Error as Refusal } from '@aws-sdk/client-s3';

/** A key or version in a request that deletes many. */
interface Asked {
	key: string;
	versionId?: string;
}

/** The answer for an entry; empty if it is uncertain. */
interface Said {
	deleted?: DeletedObject;
	refused?: Refusal;
}

const idOf = (key = '', versionId: string | undefined) => JSON.stringify([key, versionId || null]);

const byKey = <T extends { key: string }>(entries: T[]) => {
	const groups = new Map<string, T[]>();
	for (const entry of entries) {
		const group = groups.get(entry.key) ?? [];
		groups.set(entry.key, group);
		group.push(entry);
	}
	return groups;
};

/**
 * The answer of DeleteObjects for each entry. Some servers leave version IDs out, or name one that was not asked for:
 * such answers count if all of a key say the same and are as many as its entries.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObjects.html#API_DeleteObjects_ResponseSyntax
 */
export const matchAnswers = (
	entries: Asked[],
	{ Deleted = [], Errors = [] }: Partial<Pick<DeleteObjectsCommandOutput, 'Deleted' | 'Errors'>>,
): Said[] => {
	const answers = [
		...Deleted.map((deleted) => ({ Key: deleted.Key, VersionId: deleted.VersionId, said: { deleted } })),
		...Errors.map((refused) => ({ Key: refused.Key, VersionId: refused.VersionId, said: { refused } })),
	].map((answer): { id: string; key: string; hasVersion: boolean; said: Said } => ({
		id: idOf(answer.Key, answer.VersionId),
		key: answer.Key ?? '',
		hasVersion: Boolean(answer.VersionId),
		said: answer.said,
	}));
	const exact = new Map(answers.map(({ id, said }) => [id, said]));
	const asked = new Set(entries.map(({ key, versionId }) => idOf(key, versionId)));
	const loose = byKey(answers.filter(({ id }) => !asked.has(id)));
	const open = byKey(entries.filter(({ key, versionId }) => !exact.has(idOf(key, versionId))));
	return entries.map(({ key, versionId }) => {
		const certain = exact.get(idOf(key, versionId));
		if (certain) return certain;
		const others = loose.get(key)?.filter(({ hasVersion }) => !hasVersion || !versionId) ?? [];
		const [first] = others;
		const isEnough = others.length >= (open.get(key)?.length ?? 0);
		const isUnanimous = others.every(({ said }) => Boolean(said.deleted) === Boolean(first?.said.deleted));
		return first && isEnough && isUnanimous ? first.said : {};
	});
};
