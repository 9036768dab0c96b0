import {
	GetObjectAnnotationCommand,
	ListObjectAnnotationsCommand,
	PutObjectAnnotationCommand,
} from '@aws-sdk/client-s3';
import type { ObjectAt } from '../address';
import { isAws } from '../capabilities';
import type { S3 } from '../client/client';
import { withDetails } from '../failure';
import { bareEtag } from '../contentIdentity';
import type { Losses } from './losses';
import { lose } from './losses';

/**
 * The annotations of an object: their ETags by their names.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectAnnotations.html
 */
const annotationsOf = async (
	s3: S3,
	{ bucket: Bucket, key: Key, versionId: VersionId }: ObjectAt,
): Promise<Map<string, string>> => {
	const found = new Map<string, string>();
	let ContinuationToken: string | undefined;
	do {
		const page = await s3.send(new ListObjectAnnotationsCommand({ Bucket, Key, VersionId, ContinuationToken }));
		for (const { AnnotationName, ETag } of page.Annotations ?? []) found.set(AnnotationName ?? '', bareEtag(ETag));
		ContinuationToken = page.NextContinuationToken;
	} while (ContinuationToken);
	return found;
};

/** A copy that was just made, with its ETag. */
interface AnnotatedCopy extends ObjectAt {
	etag?: string;
}

/**
 * Gives a copy the annotations of its original that it lacks, one after the other: each has up to 1 MiB. S3 itself has copied them
 * where it made the copy in one request. Only Amazon S3 has annotations: another server may take one for the object itself.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObjectAnnotation.html
 */
export const copyAnnotations = async (
	{ from, to }: { from: S3; to: S3 },
	source: ObjectAt,
	{ bucket: Bucket, key: Key, versionId: VersionId, etag }: AnnotatedCopy,
	losses: Losses,
): Promise<void> => {
	if (!isAws(from.connection)) return;
	const wanted = await annotationsOf(from, source);
	if (wanted.size === 0) return;
	if (!isAws(to.connection)) {
		lose(losses, 'annotations');
		return;
	}
	const there = await annotationsOf(to, { bucket: Bucket, key: Key, versionId: VersionId });
	for (const [AnnotationName, wantedEtag] of wanted) {
		if (there.get(AnnotationName) === wantedEtag) continue;
		const { AnnotationPayload: payload } = await from.send(
			new GetObjectAnnotationCommand({
				...{ Bucket: source.bucket, Key: source.key, VersionId: source.versionId, AnnotationName },
			}),
		);
		const AnnotationPayload = (await payload?.transformToByteArray()) ?? new Uint8Array();
		const at = { Bucket, Key, VersionId, ObjectIfMatch: etag };
		await to.send(new PutObjectAnnotationCommand({ ...at, AnnotationName, AnnotationPayload }));
	}
};

/** The same, as the last step of a copy: a failure says that the copy is there. */
export const finishAnnotations = async (...given: Parameters<typeof copyAnnotations>): Promise<void> => {
	const [, , { bucket, key }] = given;
	await copyAnnotations(...given).catch((error) => {
		const done = `The object '${key}' in bucket '${bucket}' was written without its annotations. Run again with 'Always Copy' to set them. A move keeps the original until then`;
		throw withDetails(error, { done });
	});
};
