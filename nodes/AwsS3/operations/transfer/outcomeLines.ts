import { explain } from '../../core/errors/explain';
import type { Output } from '../../core/operation';
import type { OutcomeLine } from '../../s3/sync/outcomeLine';
import type { Side } from '../../s3/sync/sides';
import type { Event } from '../../s3/sync/transfer';
import { runPermissions } from './transferFields';

/** Both sides of a transfer. */
interface Sides {
	from: Side;
	to: Side;
}

/** A failure in words for users, with what to do. */
const explained = ({ from, to }: Sides, key: string, failure: Error) => {
	const attempt = {
		connection: to.s3.connection,
		permissions: [...runPermissions],
		bucket: from.bucket,
		key: from.prefix + key,
	};
	const { message, description: advice, code = 'Unknown' } = explain(failure, attempt);
	return { code, message, advice };
};

/** What became of a key as a line: the same for items, journals and reports, with failures explained. */
export const lineOf = (sides: Sides, { key, step, size, result }: Event, at: Date): OutcomeLine => {
	const line = { at: at.toISOString(), step, key, size, result: result.outcome };
	switch (result.outcome) {
		case 'planned':
			return line;
		case 'done':
			return { ...line, ...(result.targetKey !== key && { targetKey: result.targetKey }) };
		case 'skipped':
			return { ...line, reason: result.reason };
		case 'changed':
			return { ...line, reason: 'changedMeanwhile', message: result.why };
		case 'failed':
			return { ...line, ...explained(sides, key, result.failure) };
	}
};

/** The failure of a line, as items and summaries show it. */
export const errorOf = ({ code, message, advice }: OutcomeLine) => ({ code, message, description: advice });

/** The item of a line: what was done, or would be done, and why not. */
export const itemOf = ({ from, to }: Sides, line: OutcomeLine): Output => {
	const { step, key, size, result, targetKey = key, reason, message } = line;
	return {
		...{ action: step, result, size },
		...(step !== 'delete' && { sourceBucket: from.bucket, sourceKey: from.prefix + key }),
		...{ bucket: to.bucket, key: to.prefix + targetKey },
		...(reason !== undefined && { reason }),
		...(result === 'changed' && { message }),
		...(result === 'failed' && { error: errorOf(line) }),
	};
};
