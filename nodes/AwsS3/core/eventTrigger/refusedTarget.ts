import { codeOf, isS3Failure } from '../../s3/failure';
import type { sendingPolicy } from '../../s3/notification/targetPolicy';
import { badInput } from '../errors/badInput';

/** S3's error if it cannot send to a queue or topic: it tries when the notification is set. */
const mayNotSend = /destination/i;

/** Two entries with the same events, prefix and suffix: S3 sends each event to one of them only. */
const overlaps = /overlap/i;

/** Throws why S3 refuses to send events to a queue or topic, and what to do; any other error as it is. */
export const refusedTarget =
	(kind: 'queue' | 'topic', policy: ReturnType<typeof sendingPolicy>) =>
	(error: unknown): never => {
		const words =
			isS3Failure(error) && /^(InvalidArgument|InvalidRequest)$/.test(codeOf(error) ?? '') ? error.message : '';
		if (overlaps.test(words))
			throw badInput(
				'Another notification of the bucket sends the same events, so nothing was changed',
				"S3 sends an event by one notification only. Remove the other one, or select other events or another 'Prefix' here. 'Bucket Setting: Get' shows all notifications of the bucket.",
			);
		if (mayNotSend.test(words))
			throw badInput(
				`S3 has no permission to send events to the ${kind}, so nothing was changed`,
				`Set this as the access policy of the ${kind}, or add its statement to the existing policy, then try again: ${JSON.stringify(policy)} S3 says: ${words}`,
			);
		throw error;
	};
