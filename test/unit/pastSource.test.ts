import type { S3 } from '../../nodes/AwsS3/s3/client/client';
import { connect } from '../../nodes/AwsS3/s3/client/client';
import { pastSource } from '../../nodes/AwsS3/s3/sources/pastSource';
import { runTransfer } from '../../nodes/AwsS3/s3/sync/transfer';
import { answering } from '../support/answering';
import { startFakeS3 } from '../support/fakeS3';

/** A bucket with suspended versioning, whose key `b` somebody overwrites after the first walk. */
const overwrittenBetweenWalks = (etag: string, size: number): S3 => {
	let walks = 0;
	const before = new Date('2025-01-01T00:00:00Z');
	const version = (Key: string, more: object = {}) => ({
		...{ Key, VersionId: 'null', IsLatest: true, LastModified: before, ETag: '"a"', Size: 1 },
		...more,
	});
	const later = { LastModified: new Date('2026-02-01T00:00:00Z'), ETag: '"new"', Size: 3 };
	const ListObjectVersions = () => {
		walks++;
		const Versions = [version('from/a'), version('from/b', walks === 1 ? { ETag: etag, Size: size } : later)];
		return { Versions, DeleteMarkers: [], IsTruncated: false };
	};
	const more = { capabilities: { versionOrder: 'yes' }, defaults: {}, endedBy: () => s3 };
	const { s3 } = answering({ ListObjectVersions }, more);
	return s3;
};

test('a mirror of the past deletes nothing of a key whose state at that time is lost between its walks', async () => {
	const fake = await startFakeS3();
	const content = 'of the past, now the only copy';
	fake.put('there/to/a', 'a');
	fake.put('there/to/b', content);
	fake.put('there/to/x', 'extra');
	const s3 = overwrittenBetweenWalks(fake.etagOf(content), content.length);
	const time = new Date('2026-01-01T00:00:00Z');
	const noCopy = async () => await Promise.reject(new Error('It copied'));
	const transfer = {
		from: pastSource({ s3, bucket: 'here', prefix: 'from/' }, noCopy, { time, onDoubt: () => undefined }),
		to: { s3: connect(fake.connection), bucket: 'there', prefix: 'to/' },
		rules: {
			...{ mode: 'mirror' as const, compare: 'size' as const, onConflict: 'overwrite' as const },
			...{ isAppendOnly: false, destinationPrefix: 'to/', passes: () => true },
		},
		...{ isPlan: false, stopAfter: {}, deletions: { most: 1000, share: 100, allowsEmptySource: false } },
	};
	await expect(runTransfer(transfer, () => undefined)).rejects.toMatchObject({ key: 'from/b' });
	expect(fake.contents()).toMatchObject({ 'there/to/b': content });
});
