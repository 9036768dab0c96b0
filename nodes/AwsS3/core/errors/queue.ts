import { queueActions } from '../../s3/notification/targetPolicy';
import type { Failure } from './failureToExplain';

const says = ({ words }: Failure) => (words ? ` SQS says: ${words}` : '');

const noQueue = {
	message: () => 'The queue does not exist',
	description: (failure: Failure) =>
		`Check 'Queue', and that 'Region' in the credential is the queue's region. For a queue in another account, enter its ARN or URL.${says(failure)}`,
};

const denied = {
	message: () => 'Access to the queue was denied',
	description: (failure: Failure) =>
		`Allow the credential's user ${queueActions.join(', ')} on the queue. If the queue is encrypted with your own KMS key, also allow kms:Decrypt on that key.${says(failure)}`,
};

const wrongKeys = {
	message: () => 'SQS does not know this access key',
	description: (failure: Failure) => `Check 'Access Key ID' and 'Secret Access Key' in the credential.${says(failure)}`,
};

const noKms = {
	message: () => 'The KMS key of the queue cannot be used',
	description: (failure: Failure) =>
		`Check that the key is enabled and allows kms:Decrypt for the credential's user.${says(failure)}`,
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
