import { createSign } from 'node:crypto';
import { UnverifiedMessage, isOfSns, verifiedMessage } from '../../nodes/AwsS3/s3/events/snsMessage';
import { certificate } from '../support/tls';

const made = certificate();

const certificateUrl =
	'https://sns.us-west-2.amazonaws.com/SimpleNotificationService-010a507c1833636cd94bdb98bd93083a.pem';

const notification = {
	Type: 'Notification',
	MessageId: '22b80b92-fdea-4c2c-8f9d-bdfb0c7bf324',
	TopicArn: 'arn:aws:sns:us-west-2:123456789012:MyTopic',
	Subject: 'Amazon S3 Notification',
	Message: '{"Records":[]}',
	Timestamp: new Date().toISOString(),
	SignatureVersion: '2',
	SigningCertURL: certificateUrl,
};

const confirmation = {
	Type: 'SubscriptionConfirmation',
	MessageId: '165545c9-2a5c-472c-8df2-7ff2be2b3b1b',
	Token: '2336412f37',
	TopicArn: 'arn:aws:sns:us-west-2:123456789012:MyTopic',
	Message: 'You have chosen to subscribe to the topic.',
	SubscribeURL: 'https://sns.us-west-2.amazonaws.com/?Action=ConfirmSubscription&Token=2336412f37',
	Timestamp: new Date().toISOString(),
	SignatureVersion: '1',
	SigningCertURL: certificateUrl,
};

/** What the guide has to be signed, as a text. https://docs.aws.amazon.com/sns/latest/dg/sns-verify-signature-of-message.html */
const lines = (message: Record<string, string>, names: string[]) =>
	names.map((name) => `${name}\n${message[name]}\n`).join('');

const signed = async (message: Record<string, string>, names: string[], algorithm = 'RSA-SHA256') => {
	const Signature = createSign(algorithm)
		.update(lines(message, names))
		.sign((await made).key, 'base64');
	return { ...message, Signature };
};

const ofNotification = ['Message', 'MessageId', 'Subject', 'Timestamp', 'TopicArn', 'Type'];
const ofConfirmation = ['Message', 'MessageId', 'SubscribeURL', 'Timestamp', 'Token', 'TopicArn', 'Type'];

const fetched: string[] = [];
const verify = async (message: unknown, now?: Date) =>
	await verifiedMessage(
		message,
		async (url) => {
			fetched.push(url);
			return (await made).cert.toString();
		},
		now,
	);

test('a notification that SNS has signed', async () => {
	expect(await verify(await signed(notification, ofNotification))).toEqual({
		...{
			type: 'Notification',
			topicArn: notification.TopicArn,
			message: notification.Message,
			subscribeUrl: undefined,
		},
	});
	expect(fetched).toEqual([certificateUrl]);
});

test('a notification without a subject', async () => {
	const { Subject: _subject, ...message } = notification;
	const names = ofNotification.filter((name) => name !== 'Subject');
	expect((await verify(await signed(message, names))).type).toBe('Notification');
});

test('a confirmation, with the older signature', async () => {
	const message = await signed(confirmation, ofConfirmation, 'RSA-SHA1');
	expect((await verify(message)).subscribeUrl).toBe(confirmation.SubscribeURL);
});

test.each([
	['another message', { Message: '{"Records":[1]}' }, 'signature'],
	['another topic', { TopicArn: 'arn:aws:sns:us-west-2:999999999999:Other' }, 'signature'],
	['another kind of signature', { SignatureVersion: '1' }, 'signature'],
	['an unknown kind of signature', { SignatureVersion: '3' }, 'not an SNS message'],
	['no signature', { Signature: '' }, 'not an SNS message'],
	['a certificate of somebody else', { SigningCertURL: 'https://evil.example/cert.pem' }, 'an SNS address'],
	[
		'a certificate at a host that looks like it',
		{ SigningCertURL: 'https://sns.us-west-2.amazonaws.com.evil.example/cert.pem' },
		'an SNS address',
	],
	['a certificate in a bucket', { SigningCertURL: 'https://bucket.s3.amazonaws.com/cert.pem' }, 'an SNS address'],
	['a certificate over plain HTTP', { SigningCertURL: certificateUrl.replace('https', 'http') }, 'an SNS address'],
	['a certificate with a user', { SigningCertURL: certificateUrl.replace('//', '//user@') }, 'an SNS address'],
	[
		'a certificate that is none',
		{ SigningCertURL: 'https://sns.us-west-2.amazonaws.com/?Action=Publish' },
		'an SNS address',
	],
	['a time long ago', { Timestamp: '2020-01-01T00:00:00.000Z' }, 'too old'],
	['no time', { Timestamp: '' }, 'too old'],
	['another type', { Type: 'constructor' }, 'not an SNS message'],
])('%s is not from SNS', async (_, change, reason) => {
	const message = { ...(await signed(notification, ofNotification)), ...change };
	await expect(verify(message)).rejects.toThrow(UnverifiedMessage);
	await expect(verify(message)).rejects.toThrow(reason);
});

test('a certificate that has ended', async () => {
	const later = new Date(Date.now() + 3 * 24 * 3_600_000);
	const message = await signed({ ...notification, Timestamp: later.toISOString() }, ofNotification);
	await expect(verify(message, later)).rejects.toThrow('certificate is not valid');
});

test.each([undefined, null, 'text', [], {}])('%j is no message', async (value) => {
	await expect(verify(value)).rejects.toThrow(UnverifiedMessage);
});

test.each([
	['https://sns.cn-north-1.amazonaws.com.cn/?Action=ConfirmSubscription', true],
	['https://sns.us-gov-west-1.amazonaws.com/', true],
	['https://sns.us-west-2.amazonaws.com:8443/', false],
	['https://sns.amazonaws.com/', false],
	['https://sqs.us-west-2.amazonaws.com/', false],
	['not a URL', false],
])('%s is of SNS: %s', (url, is) => expect(isOfSns(url)).toBe(is));
