import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import { randomBytes } from 'node:crypto';
import { call, chain, s3, saveCredential, succeeded } from '../support/e2e';
import { bucketName, makeBucket, makeRole, makeUser, server } from '../support/s3';

/** n8n's own credentials, as n8n saves, tests and decrypts them. The hosts of AWS are those of `simulatedAws.mjs`. */

interface Saved {
	id: string;
	name: string;
}

interface Seen {
	host: string;
	method: string;
	url: string;
	headers: Record<string, string>;
	body: string;
}

const atAws = async () => (await (await fetch(`${process.env.TEST_AWS}/requests`)).json()) as Seen[];

const place = { region: 'us-east-1', customEndpoints: true, s3Endpoint: server.endpoint };

const testedByN8n = async (type: string, saved: Saved, data: object) =>
	await call('POST', '/credentials/test', { credentials: { ...saved, type, data } });

const offered = async (methodName: string, type: string, saved: Saved, parameters: object) =>
	await call('POST', '/dynamic-node-parameters/resource-locator-results', {
		path: 'parameters.bucket',
		methodName,
		nodeTypeAndVersion: { name: 'n8n-nodes-aws-s3.awsS3', version: 1 },
		currentNodeParameters: { credentialType: type, ...parameters },
		credentials: { [type]: saved },
	});

/** A node with this credential, beside the other one that `chain` gives all nodes. */
const step = (type: string, saved: Saved) => (name: string, operation: `${string}.${string}`, parameters: object) =>
	s3(name, operation, { credentialType: type, ...parameters }, { credentials: { [type]: saved } });

const upAndDown = async (type: string, saved: Saved, bucket: string) => {
	const own = step(type, saved);
	const text = randomBytes(32).toString('hex');
	const ran = succeeded(
		await chain(
			own('Up', 'object.upload', { bucket, key: 'folder/a.txt', source: 'text', text }),
			own('List', 'object.getAll', { bucket, returnAll: true }),
			own('Down', 'object.download', { bucket, key: 'folder/a.txt' }),
			own('Read', 'object.read', { bucket, key: 'folder/a.txt', format: 'text' }),
		),
	);
	expect(ran.items('List').map(({ json }) => json.key)).toEqual(['folder/a.txt']);
	expect(ran.items('Down')[0]?.binary?.data).toMatchObject({ fileName: 'a.txt' });
	expect(JSON.stringify(ran.items('Read')[0]?.json)).toContain(text);
	const chosen = { bucket: { __rl: true, mode: 'list', value: bucket } };
	expect(await offered('searchKeys', type, saved, chosen)).toEqual({
		results: [
			{ name: 'folder/ (folder: type its name to look inside)', value: 'folder/' },
			{ name: 'folder/a.txt', value: 'folder/a.txt' },
		],
	});
};

test('AWS (IAM): tested by n8n, and it lists, uploads and downloads at its custom endpoint', async () => {
	const { accessKeyId, secretAccessKey } = await makeUser();
	const data = { ...place, accessKeyId, secretAccessKey };
	const saved = await saveCredential('aws', data);
	expect(await testedByN8n('aws', saved, data)).toMatchObject({ status: 'OK' });
	const isOurs = (seen: Seen) => JSON.stringify(seen).includes(`Credential=${accessKeyId}/`);
	expect((await atAws()).some(isOurs)).toBe(true);
	const bucket = bucketName();
	succeeded(await chain(step('aws', saved)('Bucket', 'bucket.create', { bucket })));
	await upAndDown('aws', saved, bucket);
	// Only theirs: the other credential has many.
	expect(await offered('searchBuckets', 'aws', saved, {})).toEqual({ results: [{ name: bucket, value: bucket }] });
});

test('AWS (IAM) with a session token', async () => {
	const { endpoint, region } = server;
	const sts = new STSClient({ endpoint, region, credentials: server });
	const role = new AssumeRoleCommand({ RoleArn: await makeRole(), RoleSessionName: 'n8n' });
	const { Credentials: keys } = await sts.send(role);
	const saved = await saveCredential('aws', {
		...place,
		accessKeyId: keys?.AccessKeyId,
		secretAccessKey: keys?.SecretAccessKey,
		temporaryCredentials: true,
		sessionToken: keys?.SessionToken,
	});
	await upAndDown('aws', saved, await makeBucket());
});

test('AWS (IAM) without a custom endpoint goes to AWS in its region', async () => {
	const accessKeyId = bucketName();
	const saved = await saveCredential('aws', { ...place, customEndpoints: false, accessKeyId, secretAccessKey: 'x' });
	const ran = await chain(step('aws', saved)('Get', 'object.get', { bucket: 'some-bucket', key: 'k' }));
	expect(ran.status).toBe('error');
	const [seen] = (await atAws()).filter((one) => JSON.stringify(one.headers).includes(accessKeyId));
	expect(seen).toMatchObject({ host: 'some-bucket.s3.us-east-1.amazonaws.com', method: 'HEAD', url: '/k' });
});

test('AWS (Assume Role): tested by n8n, and it lists, uploads and downloads at its custom endpoint', async () => {
	const data = {
		...place,
		useSystemCredentialsForRole: false,
		stsAccessKeyId: server.accessKeyId,
		stsSecretAccessKey: server.secretAccessKey,
		roleArn: await makeRole(),
		externalId: 'a-word',
		roleSessionName: 'n8n-session',
	};
	const saved = await saveCredential('awsAssumeRole', data);
	// n8n 1 asks STS with `fetch`, which takes no proxy, so it cannot reach the simulated AWS. The node itself can.
	const isN8n1 = process.env.TEST_N8N_MAJOR === '1';
	expect(await testedByN8n('awsAssumeRole', saved, data)).toMatchObject(
		isN8n1 ? { status: 'Error', message: 'Failed to assume role: fetch failed' } : { status: 'OK' },
	);
	await upAndDown('awsAssumeRole', saved, await makeBucket());
	const role = (await atAws()).filter(({ body }) => body.includes(encodeURIComponent(data.roleArn)));
	expect(role.map(({ host }) => host)).toContain('sts.us-east-1.amazonaws.com');
	for (const { body } of role) expect(body).toContain('ExternalId=a-word');
});

test('AWS (Assume Role) that is refused says what to check', async () => {
	const saved = await saveCredential('awsAssumeRole', {
		...place,
		stsAccessKeyId: 'nobody',
		stsSecretAccessKey: 'wrong',
		roleArn: await makeRole(),
		externalId: 'a-word',
		roleSessionName: 'n8n-session',
	});
	const ran = await chain(step('awsAssumeRole', saved)('Get', 'object.get', { bucket: 'some-bucket', key: 'k' }));
	expect(ran).toMatchObject({
		status: 'error',
		// Ceph gives the same answer to unknown keys and to those that may not assume the role.
		error: { description: expect.stringContaining("'External ID' matches the trust policy") },
	});
});
