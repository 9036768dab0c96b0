import { decodeMetadata, encodeMetadata, metadataEncoding } from '../../nodes/AwsS3/s3/sdk/metadataEncoding';

const plain = /^[\x21-\x7e]([\x20-\x7e]*[\x21-\x7e])?$/;

test.each([
	'',
	'plain',
	'two words',
	'日本',
	'é',
	'Grüße 🎉',
	' spaces around ',
	'two\nlines',
	'=?UTF-8?B?w6k=?=',
	'a=?b',
])('%j travels in a header and comes back', (value) => {
	const sent = encodeMetadata({ name: value });
	expect(sent.name).toMatch(value === '' ? /^$/ : plain);
	expect(decodeMetadata(sent)).toEqual({ name: value });
});

test('what a header can carry stays as it is', () => {
	expect(encodeMetadata({ a: 'plain', b: 'x=y?z' })).toEqual({ a: 'plain', b: 'x=y?z' });
});

test.each([
	['of Amazon S3, in quoted form', '=?UTF-8?Q?Gr=C3=BC=C3=9Fe_2?=', 'Grüße 2'],
	['in Latin-1', '=?iso-8859-1?q?caf=E9?=', 'café'],
	['in two words', '=?UTF-8?B?5pel?= =?UTF-8?B?5pys?=', '日本'],
	['beside plain text', 'to =?UTF-8?B?w6k=?= there', 'to é there'],
	['that a server returns as bytes of UTF-8', Buffer.from('é').toString('latin1'), 'é'],
	['that is Latin-1 indeed', 'caf\xe9', 'café'],
	['in a charset that nobody knows', '=?nonsense?B?w6k=?=', '=?nonsense?B?w6k=?='],
	['that is no text', '=?UTF-8?B?/w==?=', '=?UTF-8?B?/w==?='],
])('text %s', (_, value, text) => {
	expect(decodeMetadata({ name: value })).toEqual({ name: text });
});

test('more than Amazon S3 takes is refused before a request', async () => {
	const keys = { accessKeyId: 'a', secretAccessKey: 'b', region: 'eu-central-1' };
	const send = async (value: string, endpoint?: string) => {
		const next = async () => await Promise.resolve({ response: {}, output: { $metadata: {} } });
		const args = { input: { Bucket: 'b', Key: 'k', Metadata: { name: value } } };
		return await metadataEncoding({ ...keys, endpoint })(
			next,
			{},
		)(args).then(
			() => 'sent',
			({ code }: { code?: string }) => code,
		);
	};
	expect(await send('ä'.repeat(1023))).toBe('MetadataTooLarge');
	expect(await send('ä'.repeat(1022))).toBe('sent');
	expect(await send('ä'.repeat(1023), 'https://storage.example')).toBe('sent');
});
