import codes from '../support/codes.json';
import { runNode } from '../support/n8n';
import { refused, startProxy } from '../support/proxy';
import { credentials, refusal, s3, server } from '../support/s3';

const download = { bucket: 'a-bucket', key: 'folder/a key.txt' };

const withProxy = async <T>(decide: Parameters<typeof startProxy>[1], work: (url: string) => Promise<T>) => {
	const between = await startProxy(server.endpoint, decide);
	return await work(between.url);
};

test.each(Object.entries(codes))('%s', async (code, { status }) => {
	const said = await withProxy(
		() => refused(status, code, 'Words of S3.'),
		async (endpoint) => {
			const connection = { endpoint };
			const { message, description } = await refusal(s3('object.download', download, { connection }));
			return {
				message: message.replaceAll(endpoint, 'SERVICE'),
				description: description.replaceAll(endpoint, 'SERVICE'),
			};
		},
	);
	expect(said.message).not.toContain('S3 rejected the request');
	expect(said.description).toMatch(/\S{3}/);
	expect(said).toMatchSnapshot();
});

test.each([
	[
		'no policy',
		'User: arn:aws:iam::1:user/n is not authorized to perform: s3:GetObject on resource: "x" because no identity-based policy allows the s3:GetObject action',
		'Add to the policy of the credential\'s user: {"Effect":"Allow","Action":["s3:GetObject"],"Resource":["arn:aws:s3:::a-bucket/folder/a key.txt"]}',
	],
	[
		'an explicit deny',
		'User: x is not authorized to perform: s3:GetObject on resource: "x" with an explicit deny in a resource-based policy',
		'It is in the resource-based policy.',
	],
	[
		'Block Public Access',
		'User: x is not authorized to perform: s3:PutObjectAcl because public ACLs are prevented by the BlockPublicAcls setting in S3 Block Public Access.',
		"Choose another 'ACL'",
	],
	['the KMS key', 'User: x is not authorized to perform: kms:Decrypt on resource: key', 'KMS denied access to the key'],
	['a lock', 'Access Denied because object protected by object lock.', 'Object Lock protects'],
])('explains a denial by %s', async (_, words, help) => {
	const { message, description } = await withProxy(
		() => refused(403, 'AccessDenied', words.replaceAll('"', '&quot;')),
		async (endpoint) => await refusal(s3('object.download', download, { connection: { endpoint } })),
	);
	expect(message).toBe("Access to object 'folder/a key.txt' in bucket 'a-bucket' was denied");
	expect(description).toContain(help);
	expect(description).toContain(words);
});

describe('the network', () => {
	const said = async (endpoint: string) =>
		await refusal(
			runNode({
				parameters: { resource: 'object', operation: 'get', ...download },
				credentials: { ...credentials, endpoint },
			}),
		);

	test('refuses the connection', async () => {
		expect(await said('http://127.0.0.1:1')).toEqual({
			message: 'http://127.0.0.1:1 cannot be reached',
			description: expect.stringContaining("'Service URL'"),
		});
	});

	test('does not know the host', async () => {
		expect(await said('http://no-such-host.invalid')).toMatchObject({
			message: 'http://no-such-host.invalid cannot be reached',
		});
	});

	test('resets the connection', async () => {
		await withProxy(
			() => 'reset',
			async (endpoint) => {
				expect(await said(endpoint)).toMatchObject({ message: `The connection to ${endpoint} was interrupted` });
			},
		);
	});
});
