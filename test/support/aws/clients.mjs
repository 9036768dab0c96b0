// The clients of S3, IAM and STS for the program itself. All settings are given, so that nothing comes from this machine.
import { IAMClient } from '@aws-sdk/client-iam';
import { S3Client } from '@aws-sdk/client-s3';
import { STSClient } from '@aws-sdk/client-sts';

/** The tests name this region, and so do their messages. */
export const region = 'us-east-1';

/** Addresses of AWS, or one address for everything. */
export const addressesOf = (endpoint) =>
	endpoint
		? { s3: endpoint, iam: endpoint, sts: endpoint }
		: {
				s3: `https://s3.${region}.amazonaws.com`,
				iam: 'https://iam.amazonaws.com',
				sts: `https://sts.${region}.amazonaws.com`,
			};

const credentialsOf = ({ accessKeyId, secretAccessKey }) => ({ accessKeyId, secretAccessKey });

/** A client of S3 for keys. */
export const s3For = (addresses, keys) =>
	new S3Client({
		...{ region, endpoint: addresses.s3, forcePathStyle: true, maxAttempts: 8 },
		credentials: credentialsOf(keys),
		requestChecksumCalculation: 'WHEN_REQUIRED',
		responseChecksumValidation: 'WHEN_REQUIRED',
	});

/** The clients of the keys of a run. */
export const clientsOf = (addresses, keys) => {
	const common = { region, credentials: credentialsOf(keys), maxAttempts: 8 };
	return {
		s3: s3For(addresses, keys),
		iam: new IAMClient({ ...common, endpoint: addresses.iam }),
		sts: new STSClient({ ...common, endpoint: addresses.sts }),
	};
};
