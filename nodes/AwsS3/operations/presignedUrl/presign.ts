import type { ServiceInputTypes, ServiceOutputTypes } from '@aws-sdk/client-s3';
import type { Command, S3 } from '../../s3/client/client';
import { lasts } from '../../s3/identity/temporaryKeys';
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
	description: 'How long the link works: up to 604800 seconds (7 days). With temporary keys, it ends when they expire.',
});

/**
 * Returns when a link expires. Throws if it would outlive the temporary keys that sign it; for a role, before any
 * request.
 */
export const endOfLink = async (s3: S3, input: object, lifetime: number): Promise<Date> => {
	const { role } = s3.connection;
	if (role && lifetime > role.duration) {
		throw badInput(
			`'Expires In (Seconds)' is ${lifetime}, but the keys of the credential's role expire after ${role.duration} seconds`,
			"A link expires with the keys that signed it. Enter a shorter time, or a longer 'Role Duration' in the credential.",
		);
	}
	const end = new Date(Date.now() + lifetime * 1000);
	const keysEnd = await s3.linksEnd(input, lifetime);
	if (!keysEnd || keysEnd >= end) return end;
	if (!lasts(keysEnd, lifetime)) {
		const rest = Math.max(0, Math.floor((keysEnd.getTime() - Date.now()) / 1000));
		throw badInput(
			`'Expires In (Seconds)' is ${lifetime}, but the keys of the credential's role expire in ${rest} seconds`,
			"A link expires with the keys that signed it. Enter a shorter time. With the role of this machine, set 'Role ARN' in the credential to sign each link with new keys.",
		);
	}
	return keysEnd;
};

/** Returns the output fields for a link that ends at a time. */
export const lasting = (end: Date) => ({
	expiresIn: Math.round((end.getTime() - Date.now()) / 1000),
	expiresAt: end.toISOString(),
});

/**
 * Signs a request as a URL with a lifetime in seconds. Returns it with its expiry and the headers that its user must
 * send. `headers` become part of the signature. Throws if the URL would outlive the keys.
 */
export const linkFor = async <I extends ServiceInputTypes, O extends ServiceOutputTypes>(
	s3: S3,
	command: Command<I, O>,
	lifetime: number,
	headers: Record<string, string> = {},
) => {
	const end = await endOfLink(s3, command.input, lifetime);
	const url = await s3.sign(command, lifetime, Object.keys(headers));
	return { url, ...lasting(end), ...(Object.keys(headers).length > 0 && { headers }) };
};
