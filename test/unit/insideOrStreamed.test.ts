import type { S3 } from '../../nodes/AwsS3/s3/client/client';
import { s3Failure } from '../../nodes/AwsS3/s3/failure';
import { insideOrStreamed } from '../../nodes/AwsS3/s3/sync/insideOrStreamed';
import { answering } from '../support/answering';

/** The destination, which answers looks at sources with these statuses, one after the other. */
const destination = (...statuses: number[]) => {
	const looks = statuses.values();
	return answering({
		HeadObject: () => {
			const status: number = looks.next().value ?? 500;
			if (status === 200) return {};
			throw s3Failure({ message: 'No', code: String(status), status });
		},
		GetObjectTagging: () => ({ TagSet: [] }),
	});
};

const { s3: from }: { s3: S3 } = answering({});
const source = { bucket: 'b', key: 'k' };

test('within a connection S3 copies, and nothing is asked', async () => {
	const { s3, operations } = destination();
	expect(await insideOrStreamed(false)(from, s3, source)).toBe(true);
	expect(operations()).toBe('');
});

test.each([
	[200, true],
	[403, false],
])('the first answer decides for the run: %s', async (status, inside) => {
	const { s3, operations } = destination(status, 500, 500);
	const canCopyInside = insideOrStreamed(true);
	for (let round = 0; round < 3; round++) expect(await canCopyInside(from, s3, source)).toBe(inside);
	expect(operations().match(/HeadObject/g)).toHaveLength(1);
});

test.each([404, 412, 503])(
	'an object that is gone or changed, or a busy server, decides for the object only: %s',
	async (status) => {
		const { s3 } = destination(status, 200);
		const canCopyInside = insideOrStreamed(true);
		expect(await canCopyInside(from, s3, source)).toBe(false);
		expect(await canCopyInside(from, s3, source)).toBe(true);
		expect(await canCopyInside(from, s3, source)).toBe(true);
	},
);
