import type { ServiceInputTypes, ServiceOutputTypes } from '@aws-sdk/client-s3';
import type { Command, S3 } from '../../s3/client/client';
import { badInput } from '../../core/errors/badInput';
import { field } from '../../core/field';

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-presigned-url.html */
const maxLifetime = 7 * 24 * 3600;

export const expiresIn = field({
	displayName: 'Expires In (Seconds)',
	name: 'expiresIn',
	type: 'number',
	typeOptions: { minValue: 1, maxValue: maxLifetime, numberPrecision: 0 },
	default: 3600,
	description:
		'How long the link works: at most 604800 seconds, which is 7 days. With temporary keys it ends with them.',
});

/** Throws if a link would outlive even new keys of the connection's role. The lifetime is in seconds. */
export const checkLifetime = (s3: S3, lifetime: number) => {
	const { role } = s3.connection;
	if (role && lifetime > role.duration) {
		throw badInput(
			`'Expires In (Seconds)' is ${lifetime}, but the role of the connection has its keys for ${role.duration} seconds`,
			"A link ends with the keys that signed it. Enter a shorter time, or a longer 'Role Duration' in the connection.",
		);
	}
};

/** Returns the output fields for a lifetime in seconds that starts now. */
export const lasting = (lifetime: number) => ({
	expiresIn: lifetime,
	expiresAt: new Date(Date.now() + lifetime * 1000).toISOString(),
});

/**
 * Signs a request as a URL with a lifetime in seconds, and returns it with its expiry and the headers that its user
 * must send. `headers` become part of the signature. Throws if the URL would outlive the keys.
 */
export const linkFor = async <I extends ServiceInputTypes, O extends ServiceOutputTypes>(
	s3: S3,
	command: Command<I, O>,
	lifetime: number,
	headers: Record<string, string> = {},
) => {
	checkLifetime(s3, lifetime);
	const { url, expiresIn: seconds } = await s3.sign(command, lifetime, Object.keys(headers));
	return { url, ...lasting(seconds), ...(Object.keys(headers).length > 0 && { headers }) };
};
