import type { INodeExecutionData } from 'n8n-workflow';
import { checksumIn } from '../../nodes/AwsS3/s3/sources/checksumText';
import { startFakeS3 } from '../support/fakeS3';
import { jsonOf, runNode } from '../support/n8n';

const itemOf = (key: string, body: string): INodeExecutionData => ({
	json: { key },
	binary: { data: { data: Buffer.from(body).toString('base64'), mimeType: 'text/x' } },
});

test('what is stored names what it replaces, has the storage class of the option, and is opened only then', async () => {
	const fake = await startFakeS3();
	fake.put('there/to/other', 'old');
	fake.put('there/to/same', 'same');
	const output = await runNode({
		parameters: {
			...{ resource: 'transfer', operation: 'run', source: 'items', compare: 'size' },
			...{ keyOfItem: ({ json }: INodeExecutionData) => json.key, destinationBucket: 'there' },
			...{ destinationPrefix: 'to/', options: { storageClass: 'STANDARD_IA' } },
		},
		items: [itemOf('new', 'n'), itemOf('same', 'SAME'), itemOf('other', 'other')],
		credentials: fake.connection,
	});
	expect(jsonOf(output)[0]).toMatchObject({ done: true, copied: 2, overwritten: 1, reasons: { same: 1 } });
	const puts = fake.requests.filter(({ line }) => line.startsWith('PUT'));
	const etag = expect.stringMatching(/^"\w{32}"$/);
	expect(
		Object.fromEntries(
			puts.map(({ line, headers }) => [
				/to\/(\w+)/.exec(line)?.[1],
				[headers['x-amz-storage-class'], headers['content-type'], headers['if-match'] ?? headers['if-none-match']],
			]),
		),
	).toEqual({ new: ['STANDARD_IA', 'text/x', '*'], other: ['STANDARD_IA', 'text/x', etag] });
});

const md5 = '0123456789abcdef0123456789abcdef';

test.each<[string, unknown]>([
	[md5, { algorithm: 'md5', hex: md5 }],
	[` ${md5.toUpperCase()} `, { algorithm: 'md5', hex: md5 }],
	[Buffer.from(md5, 'hex').toString('base64'), { algorithm: 'md5', hex: md5 }],
	[md5 + md5, { algorithm: 'sha256', hex: md5 + md5 }],
	[Buffer.from(md5 + md5, 'hex').toString('base64'), { algorithm: 'sha256', hex: md5 + md5 }],
	// A SHA-1, an ETag of parts, and what is cut off.
	['0123456789abcdef0123456789abcdef01234567', undefined],
	[`${md5}-3`, undefined],
	[md5.slice(1), undefined],
])('the checksum %s', (text, expected) => {
	expect(checksumIn(text)).toEqual(expected);
});
