import { explain } from '../../../core/errors/explain';
import type { Output } from '../../../core/operation';
import { ofItem } from '../../../core/operation';
import { bareEtag } from '../../../s3/contentIdentity';
import type { OutcomeLine } from '../../../s3/sync/outcomeLine';
import { copyOfKept } from '../../../s3/sync/tally';
import type { ObjectAt } from '../../../s3/address';
import type { Sides } from '../../../s3/pairs/source';
import { objectAt, originalAt } from '../../../s3/pairs/sides';
import type { Event, Transfer } from '../../../s3/sync/transfer';
import { permissionsOf } from './keepOutput';

/** Both sides of a transfer. */
type Places = Pick<Sides, 'from' | 'to'>;

/** The bucket and key of an original; without an original object, the key at the destination. */
export const originalOf = ({ from: { side }, to }: Places, line: Pick<OutcomeLine, 'key' | 'from'>): ObjectAt =>
	side ? originalAt(side, line) : objectAt(to, line.key);

/** A failure explained for users, with what to do. */
const explained = (transfer: Transfer, event: Event, failure: Error) => {
	const { bucket, key } = originalOf(transfer, event);
	const attempt = { connection: transfer.to.s3.connection, permissions: permissionsOf(transfer), bucket, key };
	const { message, description: advice, code = 'Unknown' } = explain(failure, attempt);
	return { code, message, advice };
};

/** The source's ETag when listed, and the destination's current ETag. */
const etagsOf = ({ step, result, source, destination }: Event) => {
	const sourceEtag = bareEtag(source?.etag);
	const isWritten = result.outcome === 'done' && step !== 'deleteSource';
	const copy = result.outcome === 'failed' ? copyOfKept(result.failure) : undefined;
	const etag = bareEtag(copy ? copy.etag : isWritten ? result.etag : destination?.etag);
	return { ...(sourceEtag !== '' && { sourceEtag }), ...(etag !== '' && step !== 'delete' && { etag }) };
};

/** The result of a key as a line, shared by items, journals and reports, with failures explained. */
export const lineOf = (transfer: Transfer, event: Event, at: Date): OutcomeLine => {
	const { key, from, step, size, result, source } = event;
	const line = {
		...{ at: at.toISOString(), step, key, size, result: result.outcome },
		...(from && { from }),
		...(source?.lastModified && { modified: source.lastModified.toISOString() }),
		...etagsOf(event),
	};
	switch (result.outcome) {
		case 'planned':
			return { ...line, ...(result.reason && { reason: result.reason }) };
		case 'done':
			return { ...line, ...(result.targetKey !== key && { targetKey: result.targetKey }) };
		case 'skipped':
			return { ...line, reason: result.reason };
		case 'changed':
			return { ...line, reason: 'changedMeanwhile', message: result.why };
		case 'failed': {
			const copy = copyOfKept(result.failure);
			return {
				...line,
				...(copy && { reason: 'originalKept' }),
				...(copy && copy.targetKey !== key && { targetKey: copy.targetKey }),
				...explained(transfer, event, result.failure),
			};
		}
	}
};

/** The failure of a line, for items and summaries. */
export const errorOf = ({ code, message, advice }: OutcomeLine) => ({ code, message, description: advice });

/** The item of a line: what the run did or would do, and why not. */
export const itemOf = (sides: Places, line: OutcomeLine): Output => {
	const { from, to } = sides;
	const { step, key, size, result, targetKey = key, reason, message } = line;
	const original = originalOf(sides, line);
	return {
		...{ action: step, result, size },
		...(step !== 'delete' && from.side && { sourceBucket: original.bucket, sourceKey: original.key }),
		...(original.versionId !== undefined && { sourceVersionId: original.versionId }),
		...(line.from?.item !== undefined && { [ofItem]: line.from.item }),
		...{ bucket: to.bucket, key: to.prefix + targetKey },
		...(reason !== undefined && { reason }),
		...(result === 'changed' && { message }),
		...(result === 'failed' && { error: errorOf(line) }),
	};
};
