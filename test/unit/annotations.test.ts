import { copyAnnotations } from '../../nodes/AwsS3/s3/kept/annotations';
import { noLosses } from '../../nodes/AwsS3/s3/kept/losses';
import { answering } from '../support/answering';

/** An object with annotations, on Amazon S3 or elsewhere. */
const sideWith = (annotations: Record<string, string>, endpoint?: string) => {
	const names = Object.keys(annotations);
	return answering(
		{
			ListObjectAnnotations: ({ ContinuationToken }) => {
				const at = Number(ContinuationToken ?? 0);
				const next = at + 1 < names.length ? String(at + 1) : undefined;
				const page = names.slice(at, at + 1).map((one) => ({ AnnotationName: one, ETag: `"${annotations[one]}"` }));
				return { Annotations: page, NextContinuationToken: next };
			},
			GetObjectAnnotation: ({ AnnotationName }) => {
				const bytes = new TextEncoder().encode(annotations[String(AnnotationName)]);
				return { AnnotationPayload: { transformToByteArray: () => bytes } };
			},
			PutObjectAnnotation: () => ({}),
		},
		{ connection: { region: 'us-east-1', endpoint } },
	);
};

const source = { bucket: 'a', key: 'k', versionId: '1' };
const copy = { bucket: 'b', key: 'to/k', versionId: '2', etag: '"e"' };

test('a copy gets the annotations that it lacks, on the condition that it is still that copy', async () => {
	const from = sideWith({ same: 'one', other: 'two', more: 'three' });
	const to = sideWith({ same: 'one', other: 'before' });
	await copyAnnotations({ from: from.s3, to: to.s3 }, source, copy, noLosses());
	const at = { Bucket: 'b', Key: 'to/k', VersionId: '2', ObjectIfMatch: '"e"' };
	expect(to.inputsOf('PutObjectAnnotation')).toEqual([
		{ ...at, AnnotationName: 'other', AnnotationPayload: new TextEncoder().encode('two') },
		{ ...at, AnnotationName: 'more', AnnotationPayload: new TextEncoder().encode('three') },
	]);
	expect(from.inputsOf('GetObjectAnnotation')).toEqual(
		['other', 'more'].map((AnnotationName) => ({ Bucket: 'a', Key: 'k', VersionId: '1', AnnotationName })),
	);
});

test('an original without annotations costs one request', async () => {
	const [from, to] = [sideWith({}), sideWith({})];
	await copyAnnotations({ from: from.s3, to: to.s3 }, source, copy, noLosses());
	expect([from.operations(), to.operations()]).toEqual(['ListObjectAnnotations', '']);
});

test('another server gets no request about annotations, which it could take for objects', async () => {
	const [aws, other] = [sideWith({ a: 'one' }), sideWith({ a: 'one' }, 'http://127.0.0.1:9')];
	const losses = noLosses();
	await copyAnnotations({ from: aws.s3, to: other.s3 }, source, copy, losses);
	await copyAnnotations({ from: other.s3, to: aws.s3 }, source, copy, losses);
	expect(other.operations()).toBe('');
	expect(aws.inputsOf('PutObjectAnnotation')).toEqual([]);
	expect(Object.fromEntries(losses.counts)).toEqual({ annotations: 1 });
});
