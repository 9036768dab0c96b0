/**
 * Settings that the SDK would otherwise read from the host's environment and `~/.aws`.
 * https://docs.aws.amazon.com/sdkref/latest/guide/settings-reference.html
 */
export const nothingFromHost = {
	ignoreConfiguredEndpointUrls: true,
	maxAttempts: 5,
	// Slows down where S3 says that it is too much, and speeds up again.
	retryMode: 'adaptive',
	defaultsMode: 'standard',
	userAgentAppId: 'n8n-nodes-aws-s3',
} as const;

/** Milliseconds until a connection must stand. */
export const connectionTimeout = 10_000;

/** Milliseconds without data. S3 itself gives up a connection that says nothing for 20 seconds or more. */
export const defaultSocketTimeout = 120_000;
