import { CreateBucketCommand, GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { call, chain, credential, credentialData, s3, succeeded, saveCredential } from '../support/e2e';
import { bucketName, makeBucket, makeUser, sdk, server } from '../support/s3';

test('a second connection is tested, offers its own buckets, and is copied to', async () => {
	const { accessKeyId, secretAccessKey } = await makeUser();
	const theirs = new S3Client({
		...{ endpoint: server.endpoint, region: server.region, forcePathStyle: true },
		credentials: { accessKeyId, secretAccessKey },
		requestChecksumCalculation: 'WHEN_REQUIRED',
	});
	const [from, to] = [await makeBucket(), bucketName()];
	await theirs.send(new CreateBucketCommand({ Bucket: to }));
	await sdk.send(new PutObjectCommand({ Bucket: from, Key: 'a', Body: 'content' }));

	const data = { ...credentialData, accessKeyId, secretAccessKey, bucket: to, testAccess: 'write' };
	const type = 'awsS3DestinationApi';
	const saved = await saveCredential(type, data);
	expect(await call('POST', '/credentials/test', { credentials: { ...saved, type, data } })).toMatchObject({
		status: 'OK',
	});
	const offered = async (destination: string) =>
		await call('POST', '/dynamic-node-parameters/resource-locator-results', {
			path: 'parameters.destinationBucket',
			methodName: 'searchDestinationBuckets',
			nodeTypeAndVersion: { name: 'n8n-nodes-aws-s3.awsS3', version: 1 },
			currentNodeParameters: { resource: 'object', operation: 'copy', destination },
			credentials: { awsS3Api: await credential(), awsS3DestinationApi: saved },
		});
	expect(await offered('destinationConnection')).toEqual({ results: [{ name: to, value: to }] });
	expect(JSON.stringify(await offered('sameConnection'))).toContain(from);

	const parameters = {
		...{ destination: 'destinationConnection', sourceBucket: from, sourceKey: 'a' },
		...{ destinationBucket: '', destinationKey: 'b' },
	};
	const step = s3('Copy', 'object.copy', parameters, { credentials: { awsS3DestinationApi: saved } });
	const ran = succeeded(await chain(step));
	expect(ran.items('Copy')[0]?.json).toMatchObject({ copied: true, bucket: to, key: 'b', size: 7 });
	const { Body } = await theirs.send(new GetObjectCommand({ Bucket: to, Key: 'b' }));
	expect(await Body?.transformToString()).toBe('content');
});

test('the HTTP Request node signs with the credential of a destination', async () => {
	const bucket = await makeBucket();
	const type = 'awsS3DestinationApi';
	const saved = await saveCredential(type, credentialData);
	const ran = succeeded(
		await chain({
			name: 'Versioning',
			type: 'n8n-nodes-base.httpRequest',
			typeVersion: 4.2,
			parameters: {
				url: `${credentialData.endpoint}/${bucket}?versioning`,
				authentication: 'predefinedCredentialType',
				nodeCredentialType: type,
				options: { response: { response: { responseFormat: 'text' } } },
			},
			credentials: { [type]: saved },
		}),
	);
	expect(JSON.stringify(ran.items('Versioning')[0]?.json)).toContain('VersioningConfiguration');
});
