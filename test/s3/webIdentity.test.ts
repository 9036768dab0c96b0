import { jsonOf, runNode } from '../support/n8n';
import { fileWith, startAws } from '../support/machine';
import { kind, makeBucket, refusal } from '../support/s3';

const before = { ...process.env };
afterEach(() => {
	process.env = { ...before };
});

const arn = 'arn:aws:iam::123456789012:role/pod';

/** Any token will do for moto. The others have an STS that asks for a provider which they know, or none. */
const takesTokens = kind === 'moto';

test(`the STS of this server ${takesTokens ? 'exchanges' : 'refuses'} the token of a machine`, async () => {
	const bucket = await makeBucket();
	const aws = await startAws('server');
	Object.assign(process.env, {
		N8N_AWS_SYSTEM_CREDENTIALS_ACCESS_ENABLED: 'true',
		AWS_WEB_IDENTITY_TOKEN_FILE: await fileWith('TOKEN-OF-THE-POD'),
		AWS_ROLE_ARN: arn,
	});
	const running = runNode({
		parameters: { resource: 'object', operation: 'upload', bucket, key: 'k', source: 'text', text: 'x' },
		credentials: { authentication: 'machineRole', forcePathStyle: true, region: 'us-east-1' },
	});
	if (takesTokens) {
		expect(jsonOf(await running)).toMatchObject([{ key: 'k', size: 1 }]);
		const [toSts, toS3] = aws.requests;
		expect(toSts).toMatchObject({ host: 'sts.us-east-1.amazonaws.com', method: 'POST' });
		expect(toS3?.headers.authorization).toMatch(/Credential=ASIA/);
		expect(toS3?.headers['x-amz-security-token']).toEqual(expect.any(String));
	} else {
		expect((await refusal(running)).message).toBe('AWS rejected the token of this machine for its role');
		expect(new Set(aws.requests.map(({ host }) => host))).toEqual(new Set(['sts.us-east-1.amazonaws.com']));
	}
});
