import type { Parameters } from '../support/n8n';
import { runNode } from '../support/n8n';
import { startProxy } from '../support/proxy';

/**
 * What the local server cannot answer: here the request is compared with the one in AWS's API reference.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_Operations_Amazon_Simple_Storage_Service.html
 */
const recorded = async (parameters: Parameters & { resource: string; operation: string }, answer = '') => {
	const proxy = await startProxy('http://unused.invalid', () => ({
		status: 200,
		headers: { 'content-type': 'application/xml' },
		body: answer,
	}));
	const connection = { region: 'eu-central-1', accessKeyId: 'AKIA', secretAccessKey: 'secret', forcePathStyle: true };
	const output = await runNode({
		parameters: { bucket: 'my-bucket', ...parameters },
		credentials: { ...connection, endpoint: proxy.url },
	}).finally(proxy.close);
	const [request] = proxy.requests;
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
