import { queueActions } from '../../s3/notification/targetPolicy';
import type { Failure } from './failureToExplain';

const says = ({ words }: Failure) => (words ? ` SQS says: ${words}` : '');

const noQueue = {
	message: () => 'The queue does not exist',
	description: (failure: Failure) =>
		`Check 'Queue', and 'Region' in the connection: a queue is in one region, best that of its bucket. A queue in another account is named by its ARN or URL.${says(failure)}`,
};

const denied = {
	message: () => 'Access to the queue was denied',
	description: (failure: Failure) =>
		`Allow the user of the connection ${queueActions.join(', ')} on the queue. If the queue is encrypted with a KMS key of your own, allow kms:Decrypt on that key as well.${says(failure)}`,
};

const wrongKeys = {
	message: () => 'SQS does not know this access key',
	description: (failure: Failure) => `Check 'Access Key ID' and 'Secret Access Key' in the connection.${says(failure)}`,
};

const noKms = {
	message: () => 'The KMS key of the queue cannot be used',
	description: (failure: Failure) =>
		`The key has to be enabled, and to allow kms:Decrypt to the user of the connection.${says(failure)}`,
};

/** Explanations for the queue of a trigger, by code. */
export const queue = {
	'SQS.QueueDoesNotExist': noQueue,
	'SQS.NonExistentQueue': noQueue,
	'SQS.InvalidAddress': noQueue,
	'SQS.404': noQueue,
	'SQS.AccessDenied': denied,
	'SQS.403': denied,
	'SQS.InvalidClientTokenId': wrongKeys,
	'SQS.UnrecognizedClient': wrongKeys,
	'SQS.InvalidAccessKeyId': wrongKeys,
	'SQS.SignatureDoesNotMatch': wrongKeys,
	'SQS.InvalidSignature': wrongKeys,
	'SQS.KmsAccessDenied': noKms,
	'SQS.KmsDisabled': noKms,
	'SQS.KmsNotFound': noKms,
	'SQS.KmsInvalidState': noKms,
};
