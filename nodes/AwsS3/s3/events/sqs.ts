import {
	ChangeMessageVisibilityCommand,
	DeleteMessageCommand,
	GetQueueUrlCommand,
	ReceiveMessageCommand,
	SQSClient,
} from '@aws-sdk/client-sqs';
import { codeOf, isS3Failure, isStop, withDetails } from '../failure';
import type { Connection } from '../connection';
import { failureFrom } from '../client/errorResponse';
import { requestHandlerFor } from '../sdk/requestHandler';
import { nothingFromHost } from '../sdk/clientSettings';
import { signingKeys } from '../client/clientCache';
import type { Queue } from './queue';
import { arnOf, hostIn, queueOf, sqsEndpointOf } from './queue';

/** A message of a queue, and how often it was received. */
export interface Message {
	id: string;
	body: string;
	/** What SQS wants to hear to delete this message or to hide it for longer. */
	handle: string;
	tries: number;
}

/** The requests of a trigger to its queue. They throw an `S3Failure` with a code such as `SQS.AccessDenied`. */
export interface QueueClient {
	/** Waits up to 20 seconds for messages, without a wait if `isNow`. */
	receive(most: number, isNow?: boolean): Promise<Message[]>;
	remove(message: Message): Promise<void>;
	/** Hides a message from all receivers for this number of seconds from now, or shows it again with 0. */
	hide(message: Message, seconds: number): Promise<void>;
}

/** Makes messages visible to other receivers at once. If this fails, SQS does so after a minute. */
export const giveBack = async (queue: QueueClient, messages: Message[]) => {
	for (const message of messages) await queue.hide(message, 0).catch(() => undefined);
};

/** Seconds that a request for messages waits for the first one. The longest that SQS allows is the cheapest. */
const waitSeconds = 20;

/** Seconds that a received message stays hidden; prolonged before they have passed. */
export const hiddenSeconds = 60;

const clientFor = (connection: Connection, region: string) => {
	const endpoint = sqsEndpointOf(connection);
	const { fips = false, dualstack = false } = connection;
	return new SQSClient({
		...nothingFromHost,
		// A loop that waits between its attempts anyway.
		maxAttempts: 3,
		retryMode: 'standard',
		region,
		...(endpoint && { endpoint }),
		credentials: signingKeys(connection),
		useFipsEndpoint: fips,
		useDualstackEndpoint: dualstack,
		// Keys must not go to any host that a queue's URL names.
		useQueueUrlAsEndpoint: false,
		authSchemePreference: [],
		requestHandler: requestHandlerFor(endpoint ?? `https://${hostIn(region)}`, connection),
	});
};

/** The codes of SQS that mean something else in S3 get a prefix; those of keys and of networks mean the same. */
const sqsFailure = (error: unknown, connection: Connection, operation: string): unknown => {
	const failure = failureFrom(error, { connection, operation, input: {} });
	if (!isS3Failure(failure) || failure.status === undefined) return failure;
	const code = (codeOf(failure) ?? '').replace(/^.*[.#]/, '').replace(/Exception$/, '');
	return withDetails(failure, { code: `SQS.${code}` });
};

/** The ARN of a queue. SQS is asked for the account of one that is named without it. */
export const arnOfQueue = async (connection: Connection, queue: Queue): Promise<string> => {
	const known = arnOf(queue);
	if (known !== undefined) return known;
	const client = clientFor(connection, queue.region);
	try {
		const { QueueUrl = '' } = await client.send(new GetQueueUrlCommand({ QueueName: queue.name }));
		const found = queueOf(QueueUrl, connection);
		return arnOf({ ...queue, account: found?.account ?? '' }) ?? '';
	} catch (error) {
		throw sqsFailure(error, connection, 'GetQueueUrl');
	} finally {
		client.destroy();
	}
};

/** Connects to a queue. Throws an `S3Failure` if SQS does not know the queue's name. */
export const connectToQueue = async (
	connection: Connection,
	queue: Queue,
): Promise<QueueClient & { close(): void }> => {
	const client = clientFor(connection, queue.region);
	const failing = (operation: string) => (error: unknown) => {
		throw isStop(error) ? error : sqsFailure(error, connection, operation);
	};
	const { name: QueueName, account: QueueOwnerAWSAccountId, url } = queue;
	const ask = async () =>
		await client.send(new GetQueueUrlCommand({ QueueName, QueueOwnerAWSAccountId })).catch((error: unknown) => {
			client.destroy();
			return failing('GetQueueUrl')(error);
		});
	const QueueUrl = url ?? (await ask()).QueueUrl;
	return {
		receive: async (most, isNow = false) => {
			const { Messages = [] } = await client
				.send(
					new ReceiveMessageCommand({
						QueueUrl,
						MaxNumberOfMessages: Math.min(10, most),
						WaitTimeSeconds: isNow ? 0 : waitSeconds,
						VisibilityTimeout: hiddenSeconds,
						MessageSystemAttributeNames: ['ApproximateReceiveCount'],
					}),
				)
				.catch(failing('ReceiveMessage'));
			return Messages.map(({ MessageId = '', Body = '', ReceiptHandle = '', Attributes = {} }) => ({
				...{ id: MessageId, body: Body, handle: ReceiptHandle },
				tries: Number(Attributes.ApproximateReceiveCount ?? 1),
			}));
		},
		remove: async ({ handle }) => {
			await client.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: handle })).catch(failing('DeleteMessage'));
		},
		hide: async ({ handle }, seconds) => {
			await client
				.send(new ChangeMessageVisibilityCommand({ QueueUrl, ReceiptHandle: handle, VisibilityTimeout: seconds }))
				.catch(failing('ChangeMessageVisibility'));
		},
		close: () => client.destroy(),
	};
};
