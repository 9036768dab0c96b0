import { createHash } from 'node:crypto';
import { comparesMd5 } from '../../nodes/AwsS3/s3/capabilities';
import { connect } from '../../nodes/AwsS3/s3/client/client';
import { streamCopy } from '../../nodes/AwsS3/s3/copy/streamCopy';
import { memoryBudget } from '../../nodes/AwsS3/s3/flow/memoryBudget';
import { headObject } from '../../nodes/AwsS3/s3/list/headObject';
import { startIgnorantServer } from '../support/ignorantServer';
import { jsonOf, runNode } from '../support/n8n';
import { startProxy } from '../support/proxy';

const md5 = (text: string) => createHash('md5').update(text).digest('hex');
const etag = `"${md5('content')}"`;

type Instead = NonNullable<Parameters<typeof startIgnorantServer>[0]>;

/** What happens on the way, and what the destination does instead of what a server does that compares nothing. */
interface Way {
	/** How many answers of the source are damaged. */
	damagedReads?: number;
	/** How many writes are damaged on their way to the destination. */
	damagedWrites?: number;
	/** Whether the destination answers as MinIO does, which compares Content-MD5. */
	looksLikeMinio?: boolean;
	instead?(request: Parameters<Instead>[0], put: (text: string) => void): ReturnType<Instead>;
}

const setUp = async ({ damagedReads = 0, damagedWrites = 0, looksLikeMinio = false, instead }: Way) => {
	const left = { reads: damagedReads, writes: damagedWrites };
	const source = await startIgnorantServer(({ method, query }) =>
		method === 'GET' && !query.has('tagging') && left.reads-- > 0
			? { status: 200, headers: { etag, 'content-length': '7', 'content-type': 'text/plain' }, body: 'damaged' }
			: undefined,
	);
	const at: { put(text: string): void } = { put: () => undefined };
	const target = await startIgnorantServer((request) =>
		request.method === 'HEAD' && request.key === 'look'
			? { status: 404, ...(looksLikeMinio && { headers: { server: 'MinIO' } }) }
			: instead?.(request, at.put),
	);
	at.put = (text) => target.put('there', 'k', text);
	const way = await startProxy(target.endpoint, ({ method }) =>
		method === 'PUT' && left.writes-- > 0 ? { flipRequestAt: 1 } : 'pass',
	);
	source.makeBucket('from');
	target.makeBucket('there');
	source.put('from', 'k', 'content');
	const between = {
		from: connect(source.credentials),
		to: connect({ ...target.credentials, endpoint: way.url }),
		budget: memoryBudget(64 * 1024 ** 2),
	};
	await headObject(between.to, { bucket: 'there', key: 'look' });
	const taken = () => {
		const all = target.taken().filter(({ url }) => url.startsWith('/there/k'));
		return {
			writes: all.filter(({ method }) => method === 'PUT').map(({ headers }) => headers['if-match']),
			reads: all.filter(({ method }) => method === 'GET').length,
		};
	};
	taken();
	return { source, between, taken, stored: () => target.state().there?.k };
};

const request = { source: { bucket: 'from', key: 'k' }, input: { Bucket: 'there', Key: 'k', CopySource: 'from/k' } };

test.each(['overwrite', 'fail'] as const)(
	'a damaged copy that the destination has stored is replaced, and no other is left to it: %s',
	async (onConflict) => {
		const { between, taken, stored } = await setUp({ damagedReads: 1, looksLikeMinio: true });
		expect(comparesMd5(between.to.connection)).toBe(true);
		expect(await streamCopy(between, request, onConflict)).toMatchObject({ key: 'k', ETag: etag });
		expect(stored()).toContain('"content"');
		expect(taken().writes).toEqual([undefined, `"${md5('damaged')}"`]);
		expect(comparesMd5(between.to.connection)).toBe(false);
	},
);

test('a copy that arrives whole is written once, and not read', async () => {
	const { source, between, taken } = await setUp({ looksLikeMinio: true });
	expect(await streamCopy(between, request)).toMatchObject({ ETag: etag });
	expect(taken()).toEqual({ writes: [undefined], reads: 0 });
	expect(source.taken().filter(({ method, url }) => method === 'GET' && !url.includes('tagging'))).toHaveLength(1);
	expect(comparesMd5(between.to.connection)).toBe(true);
});

const damaged = `"${md5('cnntent')}"`;

test.each([true, false])(
	'a copy that is damaged on its way to a server that compares nothing is replaced: like MinIO %s',
	async (looksLikeMinio) => {
		const { between, taken, stored } = await setUp({ damagedWrites: 2, looksLikeMinio });
		expect(await streamCopy(between, request)).toMatchObject({ ETag: etag });
		expect(stored()).toContain('"content"');
		expect(taken()).toEqual({ writes: [undefined, damaged, damaged], reads: 2 });
	},
);

test.each([true, false])('and refused and removed if that happens each time: like MinIO %s', async (looksLikeMinio) => {
	const { between, taken, stored } = await setUp({ damagedWrites: 9, looksLikeMinio });
	await expect(streamCopy(between, request)).rejects.toMatchObject({
		code: 'StoredDamaged',
		bucket: 'there',
		key: 'k',
	});
	expect(taken()).toEqual({ writes: [undefined, damaged, damaged], reads: 3 });
	expect(stored()).toBeUndefined();
});

test('but one that may not overwrite anything is refused at once, and left', async () => {
	const { between, taken, stored } = await setUp({ damagedWrites: 1 });
	const failing = streamCopy({ ...between, isAppendOnly: true }, request, 'fail');
	await expect(failing).rejects.toMatchObject({ code: 'StoredDamaged' });
	expect(taken()).toEqual({ writes: [undefined], reads: 1 });
	expect(stored()).toContain('"cnntent"');
});

test('a copy that could not be read for another reason than a permission is written again', async () => {
	let isBroken = true;
	const instead: Way['instead'] = ({ method, key }) => {
		if (method !== 'GET' || key !== 'k' || !isBroken) return undefined;
		isBroken = false;
		return { status: 400, body: '<Error><Code>InvalidRequest</Code></Error>' };
	};
	const { between, stored, taken } = await setUp({ damagedWrites: 1, instead });
	expect(await streamCopy(between, request)).toMatchObject({ ETag: etag });
	expect(stored()).toContain('"content"');
	expect(taken()).toEqual({ writes: [undefined, damaged], reads: 1 });
});

test('a move keeps the original of a copy that is damaged each time, and the next one does not take it for moved', async () => {
	const { source, between, stored } = await setUp({ damagedWrites: 99 });
	const { connection } = between.to;
	const move = async (compare: string) => {
		const output = await runNode({
			parameters: {
				...{ resource: 'transfer', operation: 'run', mode: 'move', compare, destination: 'destinationConnection' },
				...{ bucket: 'from', prefix: '', destinationBucket: 'there', destinationPrefix: '' },
			},
			credentials: source.credentials,
			destination: { ...source.credentials, endpoint: connection.endpoint },
			continueOnFail: true,
		});
		return jsonOf(output)[0];
	};
	for (const compare of ['sizeAndTime', 'checksum', 'etag']) {
		expect(JSON.stringify(await move(compare))).toContain('the service stored it like that');
		expect(source.state().from).toHaveProperty('k');
		expect(stored()).toBeUndefined();
	}
});

/** Stores what is sent, and answers with an ETag that is no MD5, as gateways do whose ETags are random. */
const otherEtags: Way['instead'] = ({ method }, put) => {
	if (method !== 'PUT') return undefined;
	put('content');
	return { status: 200, headers: { etag: `"${'0123456789abcdef'.repeat(2)}"` } };
};

test.each([true, false])(
	'a server whose ETags are no MD5s is believed what it has stored, and asked once: like MinIO %s',
	async (looksLikeMinio) => {
		const { between, taken } = await setUp({ instead: otherEtags, looksLikeMinio });
		for (const reads of [1, 0]) {
			expect(await streamCopy(between, request)).toMatchObject({ key: 'k' });
			expect(taken()).toEqual({ writes: [undefined], reads });
		}
	},
);

const unreadable: Way['instead'] = ({ method, key }) =>
	method === 'GET' && key === 'k' ? { status: 403, body: '<Error><Code>AccessDenied</Code></Error>' } : undefined;

test('a copy that cannot be read is replaced by one that was compared here, once', async () => {
	const { between, taken, stored } = await setUp({ damagedReads: 1, looksLikeMinio: true, instead: unreadable });
	expect(await streamCopy(between, request)).toMatchObject({ ETag: etag });
	expect(stored()).toContain('"content"');
	expect(taken().writes).toEqual([undefined, `"${md5('damaged')}"`]);
});

test('and one that was compared here already stays', async () => {
	const { between, taken } = await setUp({
		instead: (asked, put) => unreadable(asked, put) ?? otherEtags(asked, put),
	});
	expect(await streamCopy(between, request)).toMatchObject({ key: 'k' });
	expect(taken().writes).toEqual([undefined]);
});
