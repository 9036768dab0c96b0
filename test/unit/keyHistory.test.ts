import type { S3 } from '../../nodes/AwsS3/s3/client/client';
import { s3Failure } from '../../nodes/AwsS3/s3/failure';
import { memoryBudget } from '../../nodes/AwsS3/s3/flow/memoryBudget';
import { appendVersions } from '../../nodes/AwsS3/s3/histories/appendVersions';
import { decideByLists } from '../../nodes/AwsS3/s3/histories/keyHistory';
import { keepingOf } from '../../nodes/AwsS3/operations/transfer/fields/keepParams';
import { bucketSource } from '../../nodes/AwsS3/s3/sources/bucketSource';
import { copierFor } from '../../nodes/AwsS3/s3/sync/copier';
import type { Histories, KeyHistory } from '../../nodes/AwsS3/s3/histories/keyHistory';

/** `1 2 d`: contents, and delete markers, oldest first; `2~` has another ETag than `2`, and `22` another size. */
const history = (text: string): KeyHistory => ({
	key: 'k',
	versions: text
		.split(' ')
		.filter(Boolean)
		.map((word, index) => ({
			...{ Key: 'k', VersionId: `${text} ${index}`, isDeleteMarker: word === 'd' },
			...(word !== 'd' && { Size: word.replace('~', '').length, ETag: `"${word}"` }),
		})),
});

const between = (source: string, destination: string | undefined) => {
	const sides = {} as Pick<Histories, 'from' | 'to'>;
	const { append, skip, isOpen } = decideByLists({
		...sides,
		...{ source: history(source), destination: destination === undefined ? undefined : history(destination) },
	});
	if (append)
		return `append ${append.map(({ isDeleteMarker, ETag = '' }) => (isDeleteMarker ? 'd' : ETag.replaceAll('"', ''))).join(' ')}`;
	return isOpen ? 'look' : skip;
};

test.each<[string, string, string | undefined, string]>([
	['the destination knows nothing of the key', '1 d 2', undefined, 'append 1 d 2'],
	['it has the beginning', '1 d 2', '1', 'append d 2'],
	['it has the beginning with its marker', '1 d 2', '1 d', 'append 2'],
	['it has all', '1 d 2', '1 d 2', 'same'],
	['it has more', '1', '1 2', 'otherHistory'],
	['it has only the newest', '11 2', '2', 'otherHistory'],
	['a marker where the source has an object', '1 2', 'd', 'otherHistory'],
	['an object where the source has a marker', 'd 2', '1', 'otherHistory'],
	['the same size, another ETag', '1 2', '1~', 'look'],
	['the same size, another ETag, and something else behind', '1 2', '1~ 22', 'otherHistory'],
	['the same content twice', '1 1', '1', 'append 1'],
	['nothing but a marker', 'd', undefined, 'append d'],
])('%s', (_, source, destination, expected) => {
	expect(between(source, destination)).toBe(expected);
});

test('a server that makes no delete marker for a key without an object gets nothing of what comes behind it', async () => {
	const sent: string[] = [];
	const s3 = {
		connection: { endpoint: 'http://unused.invalid' },
		capabilities: {},
		endedBy: () => s3,
		sendingOnce: () => s3,
		send: async (command: object) => {
			sent.push(command.constructor.name);
			if (command.constructor.name === 'HeadObjectCommand')
				throw s3Failure({ message: '', code: 'NotFound', status: 404 });
			return {};
		},
	} as unknown as S3;
	const from = { copy: async () => await Promise.reject(new Error('It copied')) } as unknown as Parameters<
		typeof appendVersions
	>[0]['from'];
	const written = { versions: 0, deleteMarkers: 0 };
	const { versions: append } = history('d 1');
	const appending = { from, to: { s3, bucket: 'b', prefix: 'to/' }, key: 'k', append, isWhole: true, written };
	await expect(appendVersions(appending, new AbortController().signal)).rejects.toMatchObject({
		...{ code: 'NoDeleteMarker', key: 'to/k' },
	});
	expect(sent).toEqual(['HeadObjectCommand', 'DeleteObjectCommand']);
	expect(written).toEqual({ versions: 0, deleteMarkers: 0 });
});

test('a stop after the copy of a version waits until it has the grants that no later run would add', async () => {
	const stop = new AbortController();
	const sent: string[] = [];
	const answers: Record<string, () => object> = {
		GetObjectAclCommand: () => ({ Owner: { ID: 'me' }, Grants: [{ Grantee: { ID: 'friend' }, Permission: 'READ' }] }),
		CopyObjectCommand: () => {
			stop.abort();
			return { CopyObjectResult: { ETag: '"e"' }, VersionId: 'v' };
		},
	};
	const s3Until = (signal?: AbortSignal): S3 =>
		({
			...{ connection: { endpoint: 'http://unused.invalid' }, defaults: {}, signal },
			capabilities: { conditionalCopy: 'yes', conditionalPut: 'yes', tagsOnCopy: 'yes' },
			endedBy: s3Until,
			send: async ({ constructor: { name } }: object) => {
				signal?.throwIfAborted();
				sent.push(name);
				return await Promise.resolve(answers[name]?.() ?? {});
			},
		}) as unknown as S3;
	const side = (bucket: string) => ({ s3: s3Until(stop.signal), bucket, prefix: '' });
	const keeping = { ...keepingOf({}), accounts: new Map([['friend', 'other']]) };
	const copier = copierFor({
		...{ isBetweenConnections: false, budget: memoryBudget(2 ** 26), notesSource: false },
		...{ keeping, keepsClass: () => true },
	});
	const written = { versions: 0, deleteMarkers: 0 };
	const [version] = history('1').versions;
	const appending = {
		...{ from: bucketSource(side('here'), copier), to: side('there'), key: 'k' },
		...{ append: version ? [version] : [], isWhole: false, written },
	};
	await appendVersions(appending, stop.signal);
	expect(sent).toEqual(['GetObjectAclCommand', 'CopyObjectCommand', 'GetObjectAclCommand', 'PutObjectAclCommand']);
	expect(written.versions).toBe(1);
});
