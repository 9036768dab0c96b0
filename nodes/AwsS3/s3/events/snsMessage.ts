import { createVerify, X509Certificate } from 'node:crypto';
import type { Members } from '../answers/members';
import { isMembers, textOf } from '../answers/members';
import { hostSuffixPattern } from '../partition';

/** The members that a signature covers, in their order, by the type of message. Those that are absent are left out. */
const signedMembers: Record<string, readonly string[]> = {
	Notification: ['Message', 'MessageId', 'Subject', 'Timestamp', 'TopicArn', 'Type'],
	SubscriptionConfirmation: ['Message', 'MessageId', 'SubscribeURL', 'Timestamp', 'Token', 'TopicArn', 'Type'],
	UnsubscribeConfirmation: ['Message', 'MessageId', 'SubscribeURL', 'Timestamp', 'Token', 'TopicArn', 'Type'],
};

const algorithms: Record<string, string> = { '1': 'RSA-SHA1', '2': 'RSA-SHA256' };

const snsHost = new RegExp(`^sns\\.[a-z0-9-]+\\.${hostSuffixPattern}$`);

/** Milliseconds for which a message is accepted: SNS itself tries for an hour. Another sender has replayed older ones. */
const longestAge = 3 * 3_600_000;

/** A message of SNS whose signature was verified. */
interface SnsMessage {
	type: string;
	topicArn: string;
	message: string;
	/** What to ask for to confirm a subscription. */
	subscribeUrl?: string;
}

/** Whether an address is one of SNS itself. Nothing else may be asked for because a message says so. */
export const isOfSns = (url: string) => {
	if (!URL.canParse(url)) return false;
	const { protocol, hostname, port, username } = new URL(url);
	return protocol === 'https:' && port === '' && username === '' && snsHost.test(hostname);
};

/** Why a message is not from SNS. */
export class UnverifiedMessage extends Error {
	override name = 'UnverifiedMessage';
}

const signedText = (message: Members, names: readonly string[]) =>
	names.flatMap((name) => (typeof message[name] === 'string' ? [`${name}\n${message[name]}\n`] : [])).join('');

const checkCertificate = (pem: string, now: Date) => {
	const certificate = new X509Certificate(pem);
	if (now < new Date(certificate.validFrom) || now > new Date(certificate.validTo))
		throw new UnverifiedMessage('Its certificate is not valid at this time');
	return certificate.publicKey;
};

/**
 * Verifies that SNS has sent a message. `fetchText` gets the certificate, from an address of SNS only. Throws an
 * `UnverifiedMessage` otherwise.
 * https://docs.aws.amazon.com/sns/latest/dg/sns-verify-signature-of-message.html
 */
export const verifiedMessage = async (
	value: unknown,
	fetchText: (url: string) => Promise<string>,
	now = new Date(),
): Promise<SnsMessage> => {
	if (!isMembers(value)) throw new UnverifiedMessage('It is not an SNS message');
	const type = textOf(value.Type) ?? '';
	const names = Object.hasOwn(signedMembers, type) ? signedMembers[type] : undefined;
	const algorithm = algorithms[textOf(value.SignatureVersion) ?? ''];
	const [topicArn, message, signature] = [textOf(value.TopicArn), textOf(value.Message), textOf(value.Signature)];
	if (!names || !algorithm || !topicArn || message === undefined || !signature)
		throw new UnverifiedMessage('It is not an SNS message');
	const certificateUrl = textOf(value.SigningCertURL) ?? '';
	if (!isOfSns(certificateUrl) || !certificateUrl.endsWith('.pem'))
		throw new UnverifiedMessage('Its certificate is not at an SNS address');
	const age = now.getTime() - Date.parse(textOf(value.Timestamp) ?? '');
	if (!(Math.abs(age) < longestAge)) throw new UnverifiedMessage('It is too old');
	const key = checkCertificate(await fetchText(certificateUrl), now);
	const isSigned = createVerify(algorithm).update(signedText(value, names)).verify(key, signature, 'base64');
	if (!isSigned) throw new UnverifiedMessage('Its signature is wrong');
	return { type, topicArn, message, subscribeUrl: textOf(value.SubscribeURL) };
};
