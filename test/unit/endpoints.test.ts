import { jsonOf, runNode } from '../support/n8n';

const credentials = { accessKeyId: 'AKIA', secretAccessKey: 'secret', region: 'eu-central-1' };

/** The address that a request would go to, which a link shows without sending it. */
const addressOf = async (bucket: string, connection: object) => {
	const parameters = { resource: 'presignedUrl', operation: 'download', bucket, key: 'a b/ü' };
	const [json] = jsonOf(await runNode({ parameters, credentials: { ...credentials, ...connection } }));
	return String(json?.url).split('?')[0];
};

test.each([
	['AWS', 'my-bucket', {}, 'https://my-bucket.s3.eu-central-1.amazonaws.com/a%20b/%C3%BC'],
	['AWS, with dots in the bucket', 'my.bucket', {}, 'https://s3.eu-central-1.amazonaws.com/my.bucket/a%20b/%C3%BC'],
	[
		'AWS in China',
		'my-bucket',
		{ region: 'cn-north-1' },
		'https://my-bucket.s3.cn-north-1.amazonaws.com.cn/a%20b/%C3%BC',
	],
	[
		'AWS by path',
		'my-bucket',
		{ forcePathStyle: true },
		'https://s3.eu-central-1.amazonaws.com/my-bucket/a%20b/%C3%BC',
	],
	[
		'dual stack',
		'my-bucket',
		{ dualstack: true },
		'https://my-bucket.s3.dualstack.eu-central-1.amazonaws.com/a%20b/%C3%BC',
	],
	[
		'FIPS',
		'my-bucket',
		{ fips: true, region: 'us-east-2' },
		'https://my-bucket.s3-fips.us-east-2.amazonaws.com/a%20b/%C3%BC',
	],
	[
		'FIPS and dual stack',
		'my-bucket',
		{ fips: true, dualstack: true, region: 'us-east-2' },
		'https://my-bucket.s3-fips.dualstack.us-east-2.amazonaws.com/a%20b/%C3%BC',
	],
	['acceleration', 'my-bucket', { accelerate: true }, 'https://my-bucket.s3-accelerate.amazonaws.com/a%20b/%C3%BC'],
	[
		'a service by host',
		'my-bucket',
		{ endpoint: 'https://s3.example.com' },
		'https://my-bucket.s3.example.com/a%20b/%C3%BC',
	],
	[
		'a service by path',
		'my-bucket',
		{ endpoint: 'https://s3.example.com', forcePathStyle: true },
		'https://s3.example.com/my-bucket/a%20b/%C3%BC',
	],
	[
		'a service with a port and a path of its own',
		'my-bucket',
		{ endpoint: 'http://example.com:8080/storage/s3/', forcePathStyle: true },
		'http://example.com:8080/storage/s3/my-bucket/a%20b/%C3%BC',
	],
	[
		'a service at an IPv4 address, by path without being told',
		'my-bucket',
		{ endpoint: 'http://10.1.2.3:9000' },
		'http://10.1.2.3:9000/my-bucket/a%20b/%C3%BC',
	],
	[
		'a service at an IPv6 address, by path without being told',
		'my-bucket',
		{ endpoint: 'http://[2001:db8::1]:9000' },
		'http://[2001:db8::1]:9000/my-bucket/a%20b/%C3%BC',
	],
	[
		'a service in a private network',
		'my-bucket',
		{ endpoint: 'http://[::ffff:10.1.2.3]:9000' },
		'http://[::ffff:a01:203]:9000/my-bucket/a%20b/%C3%BC',
	],
	[
		'dots in the bucket with TLS, by path without being told',
		'my.bucket',
		{ endpoint: 'https://s3.example.com' },
		'https://s3.example.com/my.bucket/a%20b/%C3%BC',
	],
])('%s', async (_, bucket, connection, address) => {
	expect(await addressOf(bucket, connection)).toBe(address);
});

test.each([
	[
		'acceleration by path',
		{ accelerate: true, forcePathStyle: true },
		"'Use Acceleration' of the credential does not work with 'Force Path Style'",
	],
	[
		'acceleration with FIPS',
		{ accelerate: true, fips: true },
		"'Use Acceleration' of the credential does not work with 'Use FIPS'",
	],
	[
		'acceleration with dots',
		{ accelerate: true, bucket: 'my.bucket' },
		"'Use Acceleration' of the credential does not work with a 'Bucket' with dots in its name",
	],
	[
		'a service with FIPS',
		{ endpoint: 'https://s3.example.com', fips: true },
		"'Service URL' of the credential does not work with 'Use Dual-Stack', 'Use FIPS' or 'Use Acceleration', which are addresses of AWS",
	],
	[
		'machine metadata',
		{ endpoint: 'http://169.254.169.254' },
		"'Service URL' of the credential is an address of the machine's own metadata: '169.254.169.254'",
	],
	[
		'machine metadata over IPv6',
		{ endpoint: 'http://[fd00:ec2::254]/' },
		"'Service URL' of the credential is an address of the machine's own metadata: '[fd00:ec2::254]'",
	],
	[
		'machine metadata as a number',
		{ endpoint: 'http://2852039166/' },
		"'Service URL' of the credential is an address of the machine's own metadata: '169.254.169.254'",
	],
	...[
		['IPv4 in IPv6', '[::ffff:169.254.169.254]', '[::ffff:a9fe:a9fe]'],
		['IPv4 in IPv6 as it once was', '[::169.254.169.254]', '[::a9fe:a9fe]'],
		['IPv4 translated to IPv6', '[64:ff9b::169.254.169.254]', '[64:ff9b::a9fe:a9fe]'],
		['6to4', '[2002:a9fe:a9fe::]', '[2002:a9fe:a9fe::]'],
		['a link of IPv6', '[febf::1]', '[febf::1]'],
		['its name', 'metadata', 'metadata'],
		['Google over IPv6', '[fd20:ce::254]', '[fd20:ce::254]'],
		['Azure', '168.63.129.16', '168.63.129.16'],
		['Alibaba in IPv6', '[::ffff:100.100.100.200]', '[::ffff:6464:64c8]'],
	].map(([what = '', host = '', said = '']): [string, object, string] => [
		`machine metadata by ${what}`,
		{ endpoint: `http://${host}` },
		`'Service URL' of the credential is an address of the machine's own metadata: '${said}'`,
	]),
	[
		'machine metadata as token service',
		{
			authentication: 'assumeRole',
			roleArn: 'arn:aws:iam::111122223333:role/r',
			stsEndpoint: 'http://[::ffff:a9fe:aa02]/',
		},
		"'STS Endpoint' of the credential is an address of the machine's own metadata: '[::ffff:a9fe:aa02]'",
	],
	[
		'a name and password',
		{ endpoint: 'https://me:secret@s3.example.com' },
		"'Service URL' of the credential has more than an address",
	],
	[
		'a role that is none',
		{ authentication: 'assumeRole', roleArn: 'arn:aws:iam::1:user/me' },
		"'Role ARN' of the credential is not the ARN of a role: 'arn:aws:iam::1:user/me'",
	],
	[
		'a role for too short',
		{ authentication: 'assumeRole', roleArn: 'arn:aws:iam::111122223333:role/r', roleDuration: 60 },
		"'Role Duration' of the credential cannot be 60",
	],
	['a prefix without a bucket', { prefix: 'a/' }, "'Prefix' of the credential is set, but 'Bucket' is empty"],
])('%s is refused before any request', async (_, connection, message) => {
	await expect(addressOf('my-bucket', connection)).rejects.toMatchObject({ message });
});
