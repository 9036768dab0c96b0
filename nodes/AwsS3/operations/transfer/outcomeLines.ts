import { explain } from '../../core/errors/explain';
import type { Output } from '../../core/operation';
import { bareEtag } from '../../s3/list/contentIdentity';
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

/** The ETags of the source as it was listed, and of the destination as it is now. */
const etagsOf = ({ step, result, source, destination }: Event) => {
	const sourceEtag = bareEtag(source?.etag);
	const etag = bareEtag(result.outcome === 'done' && step !== 'deleteSource' ? result.etag : destination?.etag);
	return { ...(sourceEtag !== '' && { sourceEtag }), ...(etag !== '' && step !== 'delete' && { etag }) };
};

/** What became of a key as a line: the same for items, journals and reports, with failures explained. */
export const lineOf = (sides: Sides, event: Event, at: Date): OutcomeLine => {
	const { key, step, size, result, source } = event;
	const line = {
		...{ at: at.toISOString(), step, key, size, result: result.outcome },
		...(source?.lastModified && { modified: source.lastModified.toISOString() }),
		...etagsOf(event),
	};
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
