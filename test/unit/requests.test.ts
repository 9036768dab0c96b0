import { createHash } from 'node:crypto';
import type { Parameters } from '../support/n8n';
import { runNode } from '../support/n8n';
import { refused, startProxy } from '../support/proxy';

const connection = { region: 'eu-central-1', accessKeyId: 'AKIA', secretAccessKey: 'secret', forcePathStyle: true };

/** The roots of settings, by which the node knows that a server has them before it changes them. */
const roots: Record<string, string> = {
	accelerate: 'AccelerateConfiguration',
	analytics: 'AnalyticsConfiguration',
	encryption: 'ServerSideEncryptionConfiguration',
	'intelligent-tiering': 'IntelligentTieringConfiguration',
	inventory: 'InventoryConfiguration',
	logging: 'BucketLoggingStatus',
	metrics: 'MetricsConfiguration',
	notification: 'NotificationConfiguration',
	ownershipControls: 'OwnershipControls',
	replication: 'ReplicationConfiguration',
	retention: 'Retention',
	website: 'WebsiteConfiguration',
};

/**
 * What the local server cannot answer: here the request is compared with the one in AWS's API reference.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_Operations_Amazon_Simple_Storage_Service.html
 */
const recorded = async (parameters: Parameters & { resource: string; operation: string }, answer = '') => {
	const proxy = await startProxy('http://unused.invalid', ({ method, url = '' }) => {
		const query = new URLSearchParams(url.replace(/^[^?]*/, ''));
		const setting = Object.keys(roots).find((name) => query.has(name)) ?? '';
		const written = proxy.requests.findLast((one) => one.method === 'PUT' && one.url?.includes('?notification'))?.body;
		const body = method === 'GET' && answer === '' ? `<${roots[setting]}/>` : answer;
		// What was written there is looked at.
		if (setting === 'notification' && written)
			return { status: 200, headers: { 'content-type': 'application/xml' }, body: written };
		return { status: 200, headers: { 'content-type': 'application/xml' }, body };
	});
	const output = await runNode({
		parameters: { bucket: 'my-bucket', ...parameters },
		credentials: { ...connection, endpoint: proxy.url },
	});
	const request = proxy.requests.findLast(({ method }) => method !== 'GET') ?? proxy.requests.at(-1);
	const body = request?.body
		.replace(/^<\?xml[^>]*\?>/, '')
		.replace(/ xmlns="http:\/\/s3.amazonaws.com\/doc\/2006-03-01\/"/, '');
	// AWS writes parameters without a value bare; `x-id` is the SDK's own mark.
	const url = request?.url
		?.replace('/?', '?')
		.replace(/=(?=&|$)/g, '')
		.replace(/[?&]x-id=\w+/, '');
	return { request: ordered(`${request?.method} ${url}`), headers: request?.headers ?? {}, body, output };
};

/** The order of parameters has no meaning. */
const ordered = (request: string) => {
	const [path = '', query] = request.split('?');
	return query === undefined ? path : `${path}?${query.split('&').sort().join('&')}`;
};

const set = async (setting: string, parameters: object) =>
	await recorded({ resource: 'bucketSetting', operation: 'set', setting, ...parameters });

test.each<[string, object, string, string]>([
	[
		'accelerate',
		{ status: 'Enabled' },
		'PUT /my-bucket?accelerate',
		'<AccelerateConfiguration><Status>Enabled</Status></AccelerateConfiguration>',
	],
	[
		'analytics',
		{ configurationId: 'a', configuration: { StorageClassAnalysis: {}, Id: 'a' } },
		'PUT /my-bucket?analytics&id=a',
		'<AnalyticsConfiguration><Id>a</Id><StorageClassAnalysis/></AnalyticsConfiguration>',
	],
	[
		'encryption',
		{ sseAlgorithm: 'aws:kms', kmsKeyId: 'arn:aws:kms:eu-central-1:1:key/2', bucketKeyEnabled: true },
		'PUT /my-bucket?encryption',
		'<ServerSideEncryptionConfiguration><Rule><ApplyServerSideEncryptionByDefault><SSEAlgorithm>aws:kms</SSEAlgorithm><KMSMasterKeyID>arn:aws:kms:eu-central-1:1:key/2</KMSMasterKeyID></ApplyServerSideEncryptionByDefault><BucketKeyEnabled>true</BucketKeyEnabled></Rule></ServerSideEncryptionConfiguration>',
	],
	[
		'intelligentTiering',
		{
			configurationId: 'cold',
			configuration: { Id: 'cold', Status: 'Enabled', Tierings: [{ Days: 90, AccessTier: 'ARCHIVE_ACCESS' }] },
		},
		'PUT /my-bucket?intelligent-tiering&id=cold',
		'<IntelligentTieringConfiguration><Id>cold</Id><Status>Enabled</Status><Tiering><Days>90</Days><AccessTier>ARCHIVE_ACCESS</AccessTier></Tiering></IntelligentTieringConfiguration>',
	],
	[
		'inventory',
		{
			configurationId: 'all',
			configuration: {
				Id: 'all',
				IsEnabled: true,
				IncludedObjectVersions: 'All',
				Schedule: { Frequency: 'Daily' },
				Destination: { S3BucketDestination: { Bucket: 'arn:aws:s3:::reports', Format: 'CSV' } },
				OptionalFields: ['Size'],
			},
		},
		'PUT /my-bucket?inventory&id=all',
		'<InventoryConfiguration><Destination><S3BucketDestination><Bucket>arn:aws:s3:::reports</Bucket><Format>CSV</Format></S3BucketDestination></Destination><IsEnabled>true</IsEnabled><Id>all</Id><IncludedObjectVersions>All</IncludedObjectVersions><Schedule><Frequency>Daily</Frequency></Schedule><OptionalFields><Field>Size</Field></OptionalFields></InventoryConfiguration>',
	],
	[
		'logging',
		{ configuration: { LoggingEnabled: { TargetBucket: 'logs', TargetPrefix: 'a/' } } },
		'PUT /my-bucket?logging',
		'<BucketLoggingStatus><LoggingEnabled><TargetBucket>logs</TargetBucket><TargetPrefix>a/</TargetPrefix></LoggingEnabled></BucketLoggingStatus>',
	],
	[
		'metrics',
		{ configurationId: 'm', configuration: { Id: 'm', Filter: { Prefix: 'x/' } } },
		'PUT /my-bucket?metrics&id=m',
		'<MetricsConfiguration><Id>m</Id><Filter><Prefix>x/</Prefix></Filter></MetricsConfiguration>',
	],
	[
		'notification',
		{ configuration: { EventBridgeConfiguration: {} } },
		'PUT /my-bucket?notification',
		'<NotificationConfiguration><EventBridgeConfiguration/></NotificationConfiguration>',
	],
	[
		'ownershipControls',
		{ objectOwnership: 'BucketOwnerPreferred' },
		'PUT /my-bucket?ownershipControls',
		'<OwnershipControls><Rule><ObjectOwnership>BucketOwnerPreferred</ObjectOwnership></Rule></OwnershipControls>',
	],
	[
		'replication',
		{
			configuration: {
				Role: 'arn:aws:iam::1:role/r',
				Rules: [{ Status: 'Enabled', Destination: { Bucket: 'arn:aws:s3:::copy' } }],
			},
		},
		'PUT /my-bucket?replication',
		'<ReplicationConfiguration><Role>arn:aws:iam::1:role/r</Role><Rule><Status>Enabled</Status><Destination><Bucket>arn:aws:s3:::copy</Bucket></Destination></Rule></ReplicationConfiguration>',
	],
	[
		'website',
		{ configuration: { IndexDocument: { Suffix: 'index.html' }, ErrorDocument: { Key: 'e.html' } } },
		'PUT /my-bucket?website',
		'<WebsiteConfiguration><ErrorDocument><Key>e.html</Key></ErrorDocument><IndexDocument><Suffix>index.html</Suffix></IndexDocument></WebsiteConfiguration>',
	],
])('bucketSetting.set: %s', async (setting, parameters, request, body) => {
	expect(await set(setting, parameters)).toMatchObject({ request: ordered(request), body });
});

test.each([
	['analytics', 'analytics', 'a'],
	['encryption', 'encryption', ''],
	['intelligentTiering', 'intelligent-tiering', 'a'],
	['inventory', 'inventory', 'a'],
	['metrics', 'metrics', 'a'],
	['ownershipControls', 'ownershipControls', ''],
	['replication', 'replication', ''],
	['website', 'website', ''],
])('bucketSetting.delete: %s', async (setting, query, configurationId) => {
	const { request } = await recorded({ resource: 'bucketSetting', operation: 'delete', setting, configurationId });
	expect(request).toBe(ordered(`DELETE /my-bucket?${query}${configurationId && `&id=${configurationId}`}`));
});

describe('bucketSetting.setNotification', () => {
	const theirs =
		'<TopicConfiguration><Topic>arn:aws:sns:eu-central-1:111122223333:t</Topic><Event>s3:ObjectRemoved:*</Event><Id>theirs</Id></TopicConfiguration>';
	const configuration = `<NotificationConfiguration>${theirs}</NotificationConfiguration>`;
	const targetArn = 'arn:aws:sqs:eu-central-1:111122223333:q';
	const operation = { resource: 'bucketSetting', operation: 'setNotification' };
	const entry = { change: 'set', sendTo: 'queue', targetArn, events: ['created', 'tagsChanged'], entryId: 'n8n' };

	test('adds an entry to those of others', async () => {
		const options = { suffix: '.csv', expectedBucketOwner: '111122223333' };
		const { request, body, output } = await recorded({ ...operation, ...entry, prefix: 'in/', options }, configuration);
		expect(request).toBe('PUT /my-bucket?notification');
		expect(body).toContain(theirs);
		expect(body).toContain(
			`<QueueConfiguration><Queue>${targetArn}</Queue><Event>s3:ObjectCreated:*</Event><Event>s3:ObjectTagging:*</Event><Id>n8n</Id><Filter><S3Key><FilterRule><Name>prefix</Name><Value>in/</Value></FilterRule><FilterRule><Name>suffix</Name><Value>.csv</Value></FilterRule></S3Key></Filter></QueueConfiguration>`,
		);
		expect(output[0]?.json).toMatchObject({
			updated: true,
			targetPolicy: { Statement: [{ Action: 'sqs:SendMessage', Resource: targetArn }] },
			triggerPolicy: { Statement: [{ Resource: targetArn }] },
		});
	});

	test('removes nothing of others', async () => {
		const { request, body } = await recorded(
			{ ...operation, change: 'remove', sendTo: 'queue', entryId: 'ours' },
			configuration.replace(theirs, `${theirs}${theirs.replace('>theirs<', '>ours<')}`),
		);
		expect(request).toBe('PUT /my-bucket?notification');
		expect(body).toContain(theirs);
		expect(body).not.toContain('ours');
	});

	test('turns on EventBridge', async () => {
		const { body } = await recorded({ ...operation, change: 'set', sendTo: 'eventBridge' }, configuration);
		expect(body).toContain(theirs);
		expect(body).toMatch(/<EventBridgeConfiguration ?\/>|<EventBridgeConfiguration><\/EventBridgeConfiguration>/);
	});

	test('sends nothing in a dry run', async () => {
		const { request, output } = await recorded({ ...operation, ...entry, options: { dryRun: true } }, configuration);
		expect(request).toBe('GET /my-bucket?notification');
		expect(output[0]?.json).toMatchObject({ updated: false, dryRun: true });
	});

	test.each([
		['arn:aws:sns:eu-central-1:111122223333:t', 'queue'],
		['q', 'queue'],
		[targetArn, 'topic'],
	])('refuses %s as the ARN of a %s', async (given, sendTo) => {
		await expect(recorded({ ...operation, ...entry, sendTo, targetArn: given })).rejects.toThrow(
			"'Queue or Topic ARN' is not the ARN of a",
		);
	});

	test('needs events', async () => {
		await expect(recorded({ ...operation, ...entry, events: [] })).rejects.toThrow("'Events' is empty");
	});

	test('shows the policy where S3 may not send', async () => {
		const proxy = await startProxy('http://unused.invalid', ({ method }) => ({
			status: method === 'GET' ? 200 : 400,
			headers: { 'content-type': 'application/xml' },
			body:
				method === 'GET'
					? configuration
					: '<Error><Code>InvalidArgument</Code><Message>Unable to validate the following destination configurations</Message></Error>',
		}));
		const run = runNode({
			parameters: { bucket: 'my-bucket', ...operation, ...entry },
			credentials: { ...connection, endpoint: proxy.url },
		});
		await expect(run).rejects.toMatchObject({
			message: 'S3 may not send events to the queue yet, so nothing was changed',
			description: expect.stringContaining('"Action":"sqs:SendMessage"'),
		});
	});
});

test('bucketSetting.get: all of a kind, when no ID is given', async () => {
	const answer =
		'<ListMetricsConfigurationsResult><MetricsConfiguration><Id>a</Id></MetricsConfiguration><MetricsConfiguration><Id>b</Id></MetricsConfiguration></ListMetricsConfigurationsResult>';
	const { request, output } = await recorded(
		{ resource: 'bucketSetting', operation: 'get', setting: 'metrics' },
		answer,
	);
	expect(request).toBe('GET /my-bucket?metrics');
	expect(output[0]?.json).toMatchObject({ configuration: [{ Id: 'a' }, { Id: 'b' }] });
});

test.each([
	[{}, undefined],
	[{ bypassGovernance: true }, 'true'],
])('object.setRetention: an empty one takes the lock off, with options %j', async (options, bypasses) => {
	const { request, body, headers } = await recorded({
		resource: 'object',
		operation: 'setRetention',
		key: 'a.txt',
		mode: 'none',
		options,
	});
	expect(request).toBe('PUT /my-bucket/a.txt?retention');
	expect(body).toBe('<Retention/>');
	expect(headers['x-amz-bypass-governance-retention']).toBe(bypasses);
});

test('object.getAttributes: all of them', async () => {
	const answer =
		'<GetObjectAttributesResponse><ETag>abc</ETag><Checksum><ChecksumSHA256>x=</ChecksumSHA256></Checksum><ObjectParts><PartsCount>2</PartsCount></ObjectParts><StorageClass>STANDARD</StorageClass><ObjectSize>5</ObjectSize></GetObjectAttributesResponse>';
	const parameters = { resource: 'object', operation: 'getAttributes', key: 'a.txt', options: { versionId: 'v1' } };
	const { request, headers, output } = await recorded(parameters, answer);
	expect(request).toBe('GET /my-bucket/a.txt?attributes&versionId=v1');
	expect(headers['x-amz-object-attributes']).toBe('ETag, Checksum, ObjectParts, StorageClass, ObjectSize');
	expect(output[0]?.json).toEqual({
		bucket: 'my-bucket',
		key: 'a.txt',
		size: 5,
		etag: 'abc',
		checksum: { checksumSha256: 'x=' },
		objectParts: { totalPartsCount: 2 },
		storageClass: 'STANDARD',
	});
});

test('object.restore: days and tier', async () => {
	const parameters = { resource: 'object', operation: 'restore', key: 'a.txt', days: 3, tier: 'Bulk' };
	const { request, body, output } = await recorded(parameters);
	expect(request).toBe('POST /my-bucket/a.txt?restore');
	expect(body).toBe(
		'<RestoreRequest><Days>3</Days><GlacierJobParameters><Tier>Bulk</Tier></GlacierJobParameters></RestoreRequest>',
	);
	expect(output[0]?.json).toEqual({ requested: true, bucket: 'my-bucket', key: 'a.txt' });
});

test('bucketSetting.set: lifecycle rules, as Get returns them', async () => {
	const rules =
		'<Rule><Status>Enabled</Status><ID>a</ID><Filter><Prefix>x/</Prefix></Filter><Transition><Days>30</Days><StorageClass>STANDARD_IA</StorageClass></Transition></Rule>';
	const size = 'varies_by_storage_class';
	const proxy = await startProxy('http://unused.invalid', ({ method }) => ({
		status: 200,
		headers: { 'content-type': 'application/xml', 'x-amz-transition-default-minimum-object-size': size },
		body: method === 'GET' ? `<LifecycleConfiguration>${rules}</LifecycleConfiguration>` : '',
	}));
	const lifecycle = { resource: 'bucketSetting', bucket: 'my-bucket', setting: 'lifecycle' };
	const credentials = { ...connection, endpoint: proxy.url };
	const [item] = await runNode({ parameters: { ...lifecycle, operation: 'get' }, credentials });
	const { configuration } = item?.json ?? {};
	expect(configuration).toMatchObject({ TransitionDefaultMinimumObjectSize: size });
	await runNode({ parameters: { ...lifecycle, operation: 'set', configuration }, credentials });
	const { method, headers = {}, body = '' } = proxy.requests.at(-1) ?? {};
	expect([method, headers['x-amz-transition-default-minimum-object-size']]).toEqual(['PUT', size]);
	expect(body).toContain(rules);
});

/** Runs Restore against answers that come one after another; gives the bodies of its requests, and its result. */
const restored = async (...answers: Array<ReturnType<typeof refused>>) => {
	let asked = 0;
	const proxy = await startProxy('http://unused.invalid', () => answers[asked++] ?? { status: 202 });
	const [item] = await runNode({
		parameters: { resource: 'object', operation: 'restore', bucket: 'b-1', key: 'a', days: 3 },
		credentials: { ...connection, endpoint: proxy.url },
		continueOnFail: true,
	});
	return { bodies: proxy.requests.map(({ body }) => body), json: item?.json };
};

// The words of AWS: https://github.com/s3tools/s3cmd/issues/1377
const noDays =
	'INTELLIGENT_TIERING objects are not subject to restore expiry. Do not specify Days when restoring this object';

test('object.restore: without days, where S3 refuses them for Intelligent-Tiering', async () => {
	const { bodies, json } = await restored(refused(400, 'InvalidArgument', noDays));
	expect(bodies.map((body) => /<Days>/.test(body))).toEqual([true, false]);
	expect(bodies[1]).toContain('<Tier>Standard</Tier>');
	expect(json).toEqual({ requested: true, bucket: 'b-1', key: 'a' });
	const again = await restored(refused(400, 'InvalidArgument', noDays), refused(409, 'RestoreAlreadyInProgress'));
	expect(again.json).toMatchObject({ requested: false });
});

test('object.restore: other refusals of S3 are no reason to ask again', async () => {
	const { bodies, json } = await restored(refused(400, 'InvalidArgument', 'Days are too many'));
	expect(bodies).toHaveLength(1);
	expect(json).toMatchObject({ error: { code: 'InvalidArgument' } });
});

test('object.restore: an object that is not archived', async () => {
	const words = "Restore is not allowed, as object's storage class is not GLACIER.";
	const { json } = await restored(refused(403, 'InvalidObjectState', words));
	expect(json).toMatchObject({
		error: {
			message: "The object 'a' in bucket 'b-1' is not archived",
			description: expect.stringContaining('There is nothing to restore'),
		},
	});
});

test('object.restore: waits until S3 says that it is done', async () => {
	let asked = 0;
	const proxy = await startProxy('http://unused.invalid', ({ method }) => {
		if (method === 'POST') return refused(409, 'RestoreAlreadyInProgress');
		const ongoing = ++asked < 2;
		const expiry = ongoing ? '' : ', expiry-date="Fri, 21 Dec 2040 00:00:00 GMT"';
		return { status: 200, headers: { 'x-amz-restore': `ongoing-request="${ongoing}"${expiry}` } };
	});
	const [item] = await runNode({
		parameters: { resource: 'object', operation: 'restore', bucket: 'b-1', key: 'a', options: { wait: true } },
		credentials: { ...connection, endpoint: proxy.url },
	});
	expect(item?.json).toMatchObject({ requested: false, restored: true, expiresAt: '2040-12-21T00:00:00.000Z' });
	expect(asked).toBe(2);
});

test('object.setMetadata: everything else of an encrypted and locked object is said again', async () => {
	const head = {
		etag: '"abc"',
		'content-type': 'text/plain',
		'x-amz-meta-a': '1',
		'x-amz-server-side-encryption': 'aws:kms',
		'x-amz-server-side-encryption-aws-kms-key-id': 'arn:aws:kms:eu-central-1:1:key/2',
		'x-amz-server-side-encryption-bucket-key-enabled': 'true',
		'x-amz-storage-class': 'GLACIER_IR',
		'x-amz-object-lock-mode': 'GOVERNANCE',
		'x-amz-object-lock-retain-until-date': '2040-01-01T00:00:00Z',
		'x-amz-object-lock-legal-hold': 'ON',
		'x-amz-website-redirect-location': '/other',
		'cache-control': 'no-store',
	};
	const copied = '<CopyObjectResult><ETag>"abc"</ETag></CopyObjectResult>';
	const name = 'x-amz-server-side-encryption-customer-algorithm';
	const proxy = await startProxy('http://unused.invalid', ({ method, headers }) => {
		// Like S3, it confirms the encryption.
		const encrypted = headers[name] === undefined ? {} : { [name]: 'AES256' };
		return method === 'HEAD'
			? { status: 200, headers: { ...head, ...encrypted } }
			: { status: 200, headers: { 'content-type': 'application/xml', ...encrypted }, body: copied };
	});
	const sseCustomerKey = Buffer.alloc(32, 7).toString('base64');
	const metadata = { values: [{ name: 'b', value: '2' }] };
	const parameters = { resource: 'object', operation: 'setMetadata', bucket: 'my-bucket', key: 'a', metadata };
	const credentials = { ...connection, endpoint: proxy.url };
	await runNode({ parameters, credentials });
	await runNode({ parameters: { ...parameters, options: { sseCustomerKey } }, credentials });
	const [plain, own] = proxy.requests.filter(({ headers }) => 'x-amz-copy-source' in headers);
	const { etag, ...kept } = head;
	expect(plain?.headers).toMatchObject({
		...kept,
		'x-amz-meta-b': '2',
		'x-amz-copy-source': 'my-bucket/a',
		'x-amz-copy-source-if-match': etag,
		'x-amz-metadata-directive': 'REPLACE',
		'x-amz-tagging-directive': 'COPY',
	});
	expect(own?.headers).toMatchObject({
		'x-amz-copy-source-server-side-encryption-customer-key': sseCustomerKey,
		'x-amz-server-side-encryption-customer-key': sseCustomerKey,
	});
});

describe('a checksum that S3 keeps', () => {
	const sha256 = createHash('sha256').update('hello').digest('base64');
	const get = async (checksum: string, operation: string) => {
		const proxy = await startProxy('http://unused.invalid', () => ({
			status: 200,
			headers: { 'content-length': 5, 'x-amz-checksum-sha256': checksum, 'x-amz-checksum-type': 'FULL_OBJECT' },
			body: 'hello',
		}));
		const parameters = { resource: 'object', operation, bucket: 'my-bucket', key: 'a.txt', returnAll: true };
		const output = await runNode({ parameters, credentials: { ...connection, endpoint: proxy.url } });
		expect(proxy.requests[0]?.headers['x-amz-checksum-mode']).toBe('ENABLED');
		return output;
	};

	test.each(['download', 'read'])('is verified by %s', async (operation) => {
		const [item] = await get(sha256, operation);
		expect(item?.json).toMatchObject(operation === 'read' ? { text: 'hello' } : { checksumSha256: sha256, size: 5 });
		const wrong = createHash('sha256').update('other').digest('base64');
		await expect(get(wrong, operation)).rejects.toMatchObject({
			message: "The object 'a.txt' in bucket 'my-bucket' was changed on its way from S3",
		});
	});
});

test('object.delete: only if unchanged, alone and in a batch', async () => {
	const etag = 'abc';
	const one = { resource: 'object', operation: 'delete', key: 'a.txt', options: { ifMatch: etag } };
	const items = [{ json: {} }, { json: {} }];
	// Of a server that is not known, the node asks for the ETag first.
	const proxy = await startProxy('http://unused.invalid', ({ method }) => ({
		status: 200,
		headers: { etag: '"abc"' },
		body:
			method === 'HEAD'
				? undefined
				: '<DeleteResult><Deleted><Key>0</Key></Deleted><Error><Key>1</Key><Code>PreconditionFailed</Code></Error></DeleteResult>',
	}));
	await runNode({ parameters: { ...one, bucket: 'my-bucket' }, credentials: { ...connection, endpoint: proxy.url } });
	const alone = proxy.requests.splice(0);
	expect(alone.map(({ method, headers }) => [method, headers['if-match']])).toEqual([
		['HEAD', undefined],
		['DELETE', '"abc"'],
	]);
	const output = await runNode({
		parameters: { ...one, bucket: 'my-bucket', key: (_: unknown, index: number) => `${index}` },
		credentials: { ...connection, endpoint: proxy.url },
		items,
		continueOnFail: true,
	});
	expect(proxy.requests.at(-1)?.body).toContain('<Object><Key>1</Key><ETag>&quot;abc&quot;</ETag></Object>');
	expect(output.map(({ json }) => json)).toMatchObject([{ deleted: true }, { error: { code: 'PreconditionFailed' } }]);
});
