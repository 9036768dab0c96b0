import { createServer } from 'node:http';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { ListObjectVersionsCommand, ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import { connect } from '../../nodes/AwsS3/s3/client/client';
import { listPages } from '../../nodes/AwsS3/s3/list/list';
import { takeListed } from '../../nodes/AwsS3/s3/list/listedInXml';
import { listVersions } from '../../nodes/AwsS3/s3/list/versions';
import { listen } from '../support/listen';
import { randomCases } from '../support/randomCases';
import { randomOf } from '../support/randomOf';

let xml = '';
let endpoint = '';
const keys = { accessKeyId: 'a', secretAccessKey: 'b' };
const sdk = () => new S3Client({ endpoint, region: 'us-east-1', credentials: keys, forcePathStyle: true });
const s3 = () => connect({ ...keys, endpoint, region: 'us-east-1', forcePathStyle: true });

beforeAll(async () => {
	const server = createServer((_request, response) => response.end(xml));
	endpoint = `http://${await listen(server)}`;
});

const page = (elements: string, root = 'ListBucketResult') =>
	`<?xml version="1.0" encoding="UTF-8"?>\n<${root} xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Name>b</Name>` +
	`<EncodingType>url</EncodingType><IsTruncated>false</IsTruncated>${elements}` +
	`<CommonPrefixes><Prefix>f%2F</Prefix></CommonPrefixes></${root}>`;

const usual =
	'<Key>a%2Fb</Key><LastModified>2026-01-02T03:04:05.678Z</LastModified><ETag>&quot;0cc1&quot;</ETag><Size>7</Size>';

/** Children of an object, each with how it is written. */
const children: Record<string, string> = {
	usual: '',
	'a class': '<StorageClass>STANDARD_IA</StorageClass>',
	'a class of another server': '<StorageClass>COLD</StorageClass>',
	'an owner': '<Owner><ID>o&amp;p</ID><DisplayName>&lt;O&gt;</DisplayName></Owner>',
	'an entity of an entity': '<ChecksumType>&amp;lt;</ChecksumType>',
	'an owner without a name': '<Owner>\n<ID>o</ID></Owner>',
	'checksum algorithms': '<ChecksumAlgorithm>CRC32</ChecksumAlgorithm><ChecksumAlgorithm>SHA256</ChecksumAlgorithm>',
	'a checksum type': '<ChecksumType>FULL_OBJECT</ChecksumType>',
	'what the SDK drops': '<Type>Normal</Type><UserTags></UserTags><Internal/>',
	'members of versions': '<VersionId>v</VersionId><IsLatest>true</IsLatest>',
	'space between': '\n  <StorageClass>STANDARD</StorageClass>\n',
};

/** Children that the SDK has to read. */
const unusual: Record<string, string> = {
	'a comment': '<!-- x -->',
	'a restored object': '<RestoreStatus><IsRestoreInProgress>false</IsRestoreInProgress></RestoreStatus>',
	'a nested element': '<Other><Key>z</Key></Other>',
	'a numeric entity': '<VersionId>&#x41;</VersionId>',
	'an unknown entity': '<VersionId>&nbsp;</VersionId>',
	'a key in two lines': '<VersionId>a\nb</VersionId>',
	'a key twice': '<Key>b</Key>',
	'an empty class': '<StorageClass></StorageClass>',
	'an attribute': '<StorageClass a="b">STANDARD</StorageClass>',
	'an empty owner': '<Owner/>',
	'an owner in another order': '<Owner><DisplayName>o</DisplayName><ID>i</ID></Owner>',
	CDATA: '<VersionId><![CDATA[x]]></VersionId>',
};

const objectsOf = async () => {
	const { Contents } = await sdk().send(new ListObjectsV2Command({ Bucket: 'b', EncodingType: 'url' }));
	return Contents?.map((object) => ({ ...object, Key: decodeURIComponent(object.Key ?? '') }));
};

const listedOf = async () => {
	for await (const { objects, folders } of listPages(s3(), { Bucket: 'b' })) {
		expect(folders).toEqual(['f/']);
		return objects;
	}
	return undefined;
};

test.each(Object.entries(children))('takes out an object with %s, like the SDK', async (_name, more) => {
	xml = page(`<Contents>${usual}${more}</Contents><Contents>${more}${usual.replace('a%2F', '')}</Contents>`);
	expect(takeListed(xml, 'Contents')).toMatchObject({ rest: page('<Contents/>'), rows: 1 });
	const expected = await objectsOf();
	expect(expected).toHaveLength(2);
	expect(await listedOf()).toEqual(expected);
});

test.each(Object.entries(unusual))('leaves a listing to the SDK that has %s', async (_name, more) => {
	xml = page(`<Contents>${usual}</Contents><Contents>${usual.replace('a%2F', '')}${more}</Contents>`);
	expect(takeListed(xml, 'Contents')).toBeUndefined();
	const expected = await objectsOf().catch(() => 'refused');
	expect(await listedOf().catch(() => 'refused')).toEqual(expected);
});

const objects = `<Contents>${usual}</Contents>`;

test.each([
	['inside of another element', page(`<Objects>${objects}</Objects>`)],
	['inside of a folder', page(`<CommonPrefixes>${objects}</CommonPrefixes>`)],
	['inside of another listing', page(page(objects).replace(/^[^\n]*\n/, ''))],
	['after the end of the listing', `${page('')}${objects}`],
	['in an attribute', page(`<Other a="${objects}"></Other>`)],
	['in an instruction', page(`<?other ${objects}?>`)],
])('refuses a listing with objects %s', async (_name, text) => {
	xml = text;
	expect((await objectsOf()) ?? []).toEqual([]);
	await expect(listedOf()).rejects.toThrow('The server lists objects in an unusual place');
});

test.each(['<Contents></Contents>', '<Contents/>', `${objects}<Prefix>p</Prefix>${objects}`])(
	'reads %s',
	async (text) => {
		xml = page(text);
		const { Contents } = await sdk().send(new ListObjectsV2Command({ Bucket: 'b' }));
		const found = await listedOf();
		expect(found).toHaveLength(Contents?.length ?? -1);
		expect(found?.map(({ ETag }) => ETag)).toEqual(Contents?.map(({ ETag }) => ETag));
	},
);

test('a listing that breaks off is refused', async () => {
	const whole = page(objects + objects);
	for (const end of [whole.indexOf('</Contents>'), whole.indexOf('</Contents>') + 11, whole.length - 5]) {
		xml = whole.slice(0, end);
		await expect(listedOf()).rejects.toThrow(
			'The server responded to ListObjectsV2 with something that cannot be read',
		);
	}
});

test.each(['2026-01-02T03:04:05+01:00', '2026-01-02T03:04:05.6789Z', '2026-01-02T24:00:00Z'])(
	'leaves the time %s to the SDK',
	async (time) => {
		xml = page(`<Contents>${usual.replace(/2026[^<]*/, time)}</Contents>`);
		expect(takeListed(xml, 'Contents')).toBeUndefined();
		const expected = await objectsOf().catch(() => 'refused');
		expect(await listedOf().catch(() => 'refused')).toEqual(expected);
	},
);

test('takes no elements of a namespace with a prefix, and none of a listing that has both kinds', () => {
	const prefixed = `<s3:Contents>${usual}</s3:Contents>`;
	expect(takeListed(page(prefixed), 'Contents')).toBeUndefined();
	expect(takeListed(page(`<Contents>${usual}</Contents>${prefixed}`), 'Contents')).toBeUndefined();
});

test('random listings are read like by the SDK', async () => {
	const random = randomOf('listings');
	const pick = <T>(all: T[]) => all[Math.floor(random() * all.length)] as T;
	let taken = 0;
	for (let round = 0; round < randomCases(200, 50); round++) {
		const of = (index: number) => {
			const parts = [usual.replace('a%2Fb', `k${index}`), pick(Object.values(children)), pick(Object.values(children))];
			if (random() < 0.02) parts.push(pick(Object.values(unusual)));
			const isTwice = parts[1] === parts[2] && !/Algorithm/.test(parts[1] ?? '');
			return `<Contents>${(isTwice ? parts.slice(0, 2) : parts).sort(() => random() - 0.5).join('')}</Contents>`;
		};
		xml = page(Array.from({ length: 10 }, (_, index) => of(index)).join(pick(['', '\n  '])));
		if (takeListed(xml, 'Contents')) taken++;
		const expected = await objectsOf().catch(() => 'refused');
		expect(await listedOf().catch(() => 'refused')).toEqual(expected);
	}
	expect(taken).toBeGreaterThan(0);
});

test.each(['', '<!-- what the SDK has to read -->'])('versions and markers keep their order: "%s"', async (comment) => {
	// MinIO has all members in markers as well.
	const of = (tag: string, id: number) =>
		`<${tag}><ETag>&quot;e&quot;</ETag><Size>0</Size><StorageClass>STANDARD</StorageClass><Key>k</Key><VersionId>${id}</VersionId><IsLatest>${id === 4}</IsLatest><LastModified>2026-01-02T03:04:05.000Z</LastModified></${tag}>`;
	const tags = ['DeleteMarker', 'Version', 'DeleteMarker', 'Version'];
	xml = page(comment + tags.map((tag, index) => of(tag, 4 - index)).join(''), 'ListVersionsResult');
	const { Versions, DeleteMarkers } = await sdk().send(new ListObjectVersionsCommand({ Bucket: 'b' }));
	const found: unknown[] = [];
	for await (const version of listVersions(s3(), { Bucket: 'b' })) found.push(version);
	const marked = (all: object[] | undefined, isDeleteMarker: boolean) =>
		all?.map((one) => ({ ...one, isDeleteMarker })) ?? [];
	const [versions, markers] = [marked(Versions, false), marked(DeleteMarkers, true)];
	expect(found).toEqual([markers[0], versions[0], markers[1], versions[1]]);
	expect(takeListed(xml, 'Version|DeleteMarker') === undefined).toBe(comment !== '');
});

test('keeps no page in memory for a key of it', () => {
	const kept: unknown[] = [];
	setFlagsFromString('--expose-gc');
	const collect: () => void = runInNewContext('gc');
	const key = 'k'.repeat(40);
	const used = () => {
		collect();
		return process.memoryUsage().heapUsed;
	};
	const before = used();
	for (let number = 0; number < 50; number++) {
		const text = Buffer.from(page(objects.replace('a%2Fb', `${key}${number}`)) + ' '.repeat(1024 ** 2)).toString();
		kept.push(takeListed(text, 'Contents')?.elements);
	}
	expect(used() - before).toBeLessThan(10 * 1024 ** 2);
	expect(kept).toHaveLength(50);
});

test('many algorithms of one object take no longer than others', () => {
	const text = page(`<Contents>${'<ChecksumAlgorithm>CRC32</ChecksumAlgorithm>'.repeat(40_000)}</Contents>`);
	const start = process.cpuUsage();
	expect(takeListed(text, 'Contents')?.elements[0]?.listed.ChecksumAlgorithm).toHaveLength(40_000);
	expect(process.cpuUsage(start).user).toBeLessThan(2_000_000);
});
