import type { AwsCredentialIdentity } from '@smithy/types';
import { s3Failure } from '../failure';

/** Keys that expire, as a role has them. */
export type TemporaryKeys = AwsCredentialIdentity;

const textOf = (answer: object, name: string) => {
	const value: unknown = Reflect.get(answer, name);
	return typeof value === 'string' && value !== '' ? value : undefined;
};

const parsed = (text: string): object => {
	try {
		const answer: unknown = JSON.parse(text);
		return typeof answer === 'object' && answer !== null ? answer : {};
	} catch {
		return {};
	}
};

/**
 * Reads keys from an answer of a service of the machine. Throws an `S3Failure` with `code` and the words of the service if
 * there are none in it.
 * https://docs.aws.amazon.com/sdkref/latest/guide/feature-container-credentials.html
 */
export const keysIn = (text: string, code: string): TemporaryKeys => {
	const answer = parsed(text);
	const accessKeyId = textOf(answer, 'AccessKeyId');
	const secretAccessKey = textOf(answer, 'SecretAccessKey');
	const expiration = new Date(textOf(answer, 'Expiration') ?? '');
	if (!accessKeyId || !secretAccessKey || Number.isNaN(expiration.getTime())) {
		const said = [
			textOf(answer, 'Code') ?? textOf(answer, 'code'),
			textOf(answer, 'Message') ?? textOf(answer, 'message'),
		];
		throw s3Failure({ code, message: said.filter((one) => one && one !== 'Success').join(': ') || 'no keys' });
	}
	return { accessKeyId, secretAccessKey, sessionToken: textOf(answer, 'Token'), expiration };
};

/** In seconds. Keys that are new have been on their way for a moment. */
const tolerance = 60;

/** Whether something lasts for a time in seconds, but for a moment. */
export const lasts = (end: Date, lifetime: number) => end.getTime() > Date.now() + (lifetime - tolerance) * 1000;

/** When keys expire; undefined if they do not. First renews keys that expire before a lifetime in seconds. */
export const keysEnd = async (
	keys: (options?: { forceRefresh: boolean }) => Promise<AwsCredentialIdentity>,
	lifetime: number,
): Promise<Date | undefined> => {
	const { expiration } = await keys();
	if (!expiration || lasts(expiration, lifetime)) return expiration;
	return (await keys({ forceRefresh: true })).expiration;
};

/** Milliseconds until a source that has failed is asked again, while its last keys are still valid. */
const pause = 10_000;

/**
 * Keeps the last keys of a source in use until they expire, also while the source fails. The SDK asks for new ones 5 minutes
 * before that, so a short failure of the source stops no transfer.
 */
export const lastingKeys = (source: () => Promise<TemporaryKeys>) => {
	let last: TemporaryKeys | undefined;
	let nextTry = 0;
	const isValid = () => (last?.expiration?.getTime() ?? 0) > Date.now();
	return async (): Promise<TemporaryKeys> => {
		if (last && isValid() && Date.now() < nextTry) return last;
		const keys = await source().catch((error) => {
			if (!last || !isValid()) throw error;
			nextTry = Date.now() + pause;
			return last;
		});
		last = keys;
		return keys;
	};
};
