import type { S3 } from '../../nodes/AwsS3/s3/client/client';
import { copyAnnotations } from '../../nodes/AwsS3/s3/kept/annotations';
import { noLosses } from '../../nodes/AwsS3/s3/kept/losses';

interface Sent {
	name: string;
	input: { [name: string]: unknown; AnnotationName?: string; ContinuationToken?: string };
}

/** An object with annotations, on Amazon S3 or elsewhere, that keeps the commands that it gets. */
const sideWith = (annotations: Record<string, string>, endpoint?: string) => {
	const sent: Sent[] = [];
	const send = async ({ constructor: { name }, input }: { constructor: { name: string }; input: Sent['input'] }) => {
		sent.push({ name, input });
		const names = Object.keys(annotations);
		if (name === 'ListObjectAnnotationsCommand') {
			const at = Number(input.ContinuationToken ?? 0);
			const next = at + 1 < names.length ? String(at + 1) : undefined;
			const page = names.slice(at, at + 1).map((one) => ({ AnnotationName: one, ETag: `"${annotations[one]}"` }));
			return { Annotations: page, NextContinuationToken: next };
		}
		const text = annotations[input.AnnotationName ?? ''] ?? '';
		return { AnnotationPayload: { transformToByteArray: async () => new TextEncoder().encode(text) } };
	};
	const s3 = { connection: { region: 'us-east-1', endpoint }, send } as unknown as S3;
	return { s3, sent, puts: () => sent.filter(({ name }) => name === 'PutObjectAnnotationCommand') };
};

const source = { bucket: 'a', key: 'k', versionId: '1' };
const copy = { bucket: 'b', key: 'to/k', versionId: '2', etag: '"e"' };

test('a copy gets the annotations that it lacks, on the condition that it is still that copy', async () => {
	const from = sideWith({ same: 'one', other: 'two', more: 'three' });
	const to = sideWith({ same: 'one', other: 'before' });
	await copyAnnotations({ from: from.s3, to: to.s3 }, source, copy, noLosses());
	const at = { Bucket: 'b', Key: 'to/k', VersionId: '2', ObjectIfMatch: '"e"' };
	expect(to.puts().map(({ input }) => input)).toEqual([
		{ ...at, AnnotationName: 'other', AnnotationPayload: new TextEncoder().encode('two') },
		{ ...at, AnnotationName: 'more', AnnotationPayload: new TextEncoder().encode('three') },
	]);
	const read = from.sent.filter(({ name }) => name === 'GetObjectAnnotationCommand');
	expect(read.map(({ input }) => input)).toEqual(
		['other', 'more'].map((AnnotationName) => ({ Bucket: 'a', Key: 'k', VersionId: '1', AnnotationName })),
	);
});

test('an original without annotations costs one request', async () => {
	const [from, to] = [sideWith({}), sideWith({})];
	await copyAnnotations({ from: from.s3, to: to.s3 }, source, copy, noLosses());
	expect([from.sent.length, to.sent.length]).toEqual([1, 0]);
});

test('another server gets no request about annotations, which it could take for objects', async () => {
	const [aws, other] = [sideWith({ a: 'one' }), sideWith({ a: 'one' }, 'http://127.0.0.1:9')];
	const losses = noLosses();
	await copyAnnotations({ from: aws.s3, to: other.s3 }, source, copy, losses);
	await copyAnnotations({ from: other.s3, to: aws.s3 }, source, copy, losses);
	expect(other.sent).toEqual([]);
	expect(aws.puts()).toEqual([]);
	expect(Object.fromEntries(losses.counts)).toEqual({ annotations: 1 });
});
