import { createHash } from 'node:crypto';
import { comparesMd5 } from '../../nodes/AwsS3/s3/capabilities';
import { connect } from '../../nodes/AwsS3/s3/client/client';
import { streamCopy } from '../../nodes/AwsS3/s3/copy/streamCopy';
import { memoryBudget } from '../../nodes/AwsS3/s3/flow/memoryBudget';
import { headObject } from '../../nodes/AwsS3/s3/list/headObject';
import { startIgnorantServer } from '../support/ignorantServer';

const md5 = (text: string) => createHash('md5').update(text).digest('hex');
const etag = `"${md5('content')}"`;

/** A source whose first answers are damaged, and a destination that answers as MinIO does and compares nothing. */
const setUp = async (damagedAnswers: number) => {
	let damaged = damagedAnswers;
	const source = await startIgnorantServer(({ method, query }) =>
		method === 'GET' && !query.has('tagging') && damaged-- > 0
			? { status: 200, headers: { etag, 'content-length': '7', 'content-type': 'text/plain' }, body: 'damaged' }
			: undefined,
	);
	const target = await startIgnorantServer(({ method, key }) =>
		method === 'HEAD' && key === 'look' ? { status: 404, headers: { server: 'MinIO' } } : undefined,
	);
	source.makeBucket('from');
	target.makeBucket('to');
	source.put('from', 'k', 'content');
	const between = {
		from: connect(source.credentials),
		to: connect(target.credentials),
		budget: memoryBudget(64 * 1024 ** 2),
	};
	await headObject(between.to, { bucket: 'to', key: 'look' });
	target.taken();
	return { source, target, between };
};

const request = { source: { bucket: 'from', key: 'k' }, input: { Bucket: 'to', Key: 'k', CopySource: 'from/k' } };

test.each(['overwrite', 'fail'] as const)(
	'a damaged copy that the destination has stored is replaced, and no other is left to it: %s',
	async (onConflict) => {
		const { target, between } = await setUp(1);
		expect(comparesMd5(between.to.connection)).toBe(true);
		expect(await streamCopy(between, request, onConflict)).toMatchObject({ key: 'k', ETag: etag });
		expect(target.state().to?.k).toContain('"content"');
		const writes = target.taken().filter(({ method }) => method === 'PUT');
		expect(writes.map(({ headers }) => headers['if-match'])).toEqual([undefined, `"${md5('damaged')}"`]);
		expect(comparesMd5(between.to.connection)).toBe(false);
	},
);

test('a copy that arrives whole is written once', async () => {
	const { source, target, between } = await setUp(0);
	expect(await streamCopy(between, request)).toMatchObject({ ETag: etag });
	expect(target.taken().filter(({ method }) => method === 'PUT')).toHaveLength(1);
	expect(source.taken().filter(({ method, url }) => method === 'GET' && !url.includes('tagging'))).toHaveLength(1);
	expect(comparesMd5(between.to.connection)).toBe(true);
});
