/**
 * Regions whose hosts the tests simulate. Clients are kept by their region, so each test of an identity takes one of its own.
 */
export const regions = [
	...['us-east-1', 'us-east-2', 'us-west-1', 'us-west-2', 'ca-central-1', 'ca-west-1', 'mx-central-1', 'sa-east-1'],
	...['eu-west-1', 'eu-west-2', 'eu-west-3', 'eu-central-1', 'eu-central-2', 'eu-north-1', 'eu-south-1', 'eu-south-2'],
	...['ap-south-1', 'ap-south-2', 'ap-east-1', 'ap-east-2', 'ap-northeast-1', 'ap-northeast-2', 'ap-northeast-3'],
	...['ap-southeast-1', 'ap-southeast-2', 'ap-southeast-3', 'ap-southeast-4', 'ap-southeast-5', 'ap-southeast-6'],
	...['ap-southeast-7', 'af-south-1', 'il-central-1', 'me-south-1', 'me-central-1'],
];

/** Their hosts of S3 and STS, which the local server has to know: it takes any other host for a bucket. */
export const awsHosts = regions.flatMap((region) => [`s3.${region}.amazonaws.com`, `sts.${region}.amazonaws.com`]);
