import type { IBinaryData } from 'n8n-workflow';
import { badInput } from '../../../core/errors/badInput';
import { filterOptions } from '../../../core/filters/filters';
import { storeBinary } from '../../../core/io/binary';
import { memory, requestOptions } from '../../../core/fields/options';
import type { ItemContext, Output } from '../../../core/operation';
import { binaryFields } from '../../../core/operation';
import { isFatal, isS3Failure, statusOf } from '../../../s3/failure';
import { bareEtag } from '../../../s3/contentIdentity';
import { headObject } from '../../../s3/list/headObject';
import { download } from '../../../s3/read/download';
import { textOf } from '../../../s3/answers/members';
import { recordWalk } from '../../../s3/record/recordWalk';
import { copierFor } from '../../../s3/sync/copier';
import type { Entry } from '../../../s3/pairs/march';
import { endedBy, originalAt } from '../../../s3/pairs/sides';
import type { Side } from '../../../s3/pairs/sides';
import { addTo, newTally } from '../../../s3/sync/tally';
import type { Event, Transfer } from '../../../s3/sync/transfer';
import { runTransfer } from '../../../s3/sync/transfer';
import { jobOptions } from '../fields/jobFields';
import { paceOptions } from '../fields/keepFields';
import { keepingOf, paceOf } from '../fields/keepParams';
import { checkNames, nameOptions } from '../analysis/nameCheck';
import { errorOf, lineOf, originalOf } from './outcomeLines';
import { sourceOptions } from '../fields/sourceFields';
import type { TransferParams } from '../fields/transferFields';
import { stopOptions, transferOptions } from '../fields/transferFields';
import { heldBackText } from '../reports/runReporting';
import { maxErrors } from '../../../core/runner/summary';
import { entryFilter, limitsOf, refuseContradictions, sidesOf } from '../fields/transferParams';
import type { SourceContext } from '../source/transferSource';
import { sourceOf } from '../source/transferSource';

/** What a run needs if its destination is another system. */
type OutContext = SourceContext & Pick<ItemContext<TransferParams>, 's3' | 'signal'>;

/** The parameters of such a run. */
interface OutParams extends TransferParams {
	recordKey: string;
	includeContent: boolean;
}

/** The default maximum of items per run: n8n holds them in memory. */
const usualMaxActions = 500;

const shared = [filterOptions, sourceOptions, nameOptions, paceOptions, requestOptions, stopOptions, [memory]];

/** The options that work with another system. */
const known = new Set<string>([
	...shared.flatMap((fields) => fields.map(({ name }) => name)),
	...['includeContent', 'concurrency', 'allowEmptySource', 'maxDeletions', 'maxDeletedShare'],
]);

/** Throws for options that another system does not support. */
const refuse = ({ mode, source, recordKey, options }: OutParams) => {
	if (recordKey === '') throw badInput("'Record Key' is empty", 'Enter a key for it, such as records/drive.jsonl.');
	if (mode === 'move')
		throw badInput(
			"'Mode' cannot be 'Move' with the destination 'Items'",
			"S3 cannot verify copies in another system. Set 'Mode' to 'Copy', and delete the originals after 'Confirm'.",
		);
	if (source === 'items')
		throw badInput(
			"'Source' and 'Destination' cannot both be 'Items'",
			"Set 'Source' to 'Bucket', or choose another 'Destination'.",
		);
	const other = Object.keys(options).find((name) => !known.has(name));
	if (other === undefined) return;
	const label = [...transferOptions, ...jobOptions].find(({ name }) => name === other)?.displayName;
	throw badInput(
		`'${label ?? (other === 'items' ? 'Return Items' : 'Dry Run')}' in 'Options' does not work with the destination 'Items', where the node itself writes nothing`,
		"Remove it from 'Options'.",
	);
};

const isEntryOf = (side: Side, { key, from }: Entry, record: { bucket: string; key: string }) =>
	side.bucket === record.bucket && side.prefix + (from?.key ?? key) === record.key;

const transferOf = (context: OutContext, params: OutParams) => {
	const { options } = params;
	const pace = paceOf(options);
	const s3 = pace ? context.s3.paced(pace) : context.s3;
	refuse(params);
	refuseContradictions(params);
	const { from: side, to } = sidesOf({ s3 }, { ...params, destinationPrefix: '' });
	const record = { s3, bucket: to.bucket, key: params.recordKey };
	const passesFilters = entryFilter(side, options);
	// The record would change its own entry with each run.
	const passes = (entry: Entry) => passesFilters(entry) && !isEntryOf(side, entry, record);
	const copier = copierFor({
		...{ isBetweenConnections: false, budget: context.budget, notesSource: false, keeping: keepingOf({}) },
		keepsClass: () => false,
	});
	const from = sourceOf(context, params, { side, copier, passes });
	const transfer: Transfer = {
		...{ from, to, isPlan: true, signal: context.signal },
		rules: {
			...{ mode: params.mode, compare: 'etag', onConflict: 'overwrite', isAppendOnly: false },
			...{ sourcePrefix: from.side?.prefix, destinationPrefix: '' },
			passes,
		},
		...limitsOf({ ...options, maxActions: options.maxActions ?? usualMaxActions }),
	};
	return { transfer, record, side };
};

const actions: Partial<Record<Event['step'], string>> = { copy: 'create', overwrite: 'replace', delete: 'delete' };

const idOf = (entry?: Entry) => (entry && 'id' in entry ? textOf(entry.id) : undefined);

const itemOf = (side: Side, { key, step, source, destination }: Event): Output => {
	const { size, etag, lastModified } = source ?? destination ?? {};
	const original = source && originalAt(side, source);
	const id = idOf(destination);
	return {
		...{ action: actions[step], key, size, etag: bareEtag(etag), modified: lastModified?.toISOString() },
		...(id !== undefined && { id }),
		...(original && { sourceBucket: original.bucket, sourceKey: original.key }),
		...(original?.versionId !== undefined && { sourceVersionId: original.versionId }),
	};
};

/** The content of an object as listed. Throws with status 412 if it has changed since. */
const contentOf = async ({ n8n, budget, signal }: OutContext, side: Side, entry: Entry): Promise<IBinaryData> => {
	const { bucket: Bucket, key: Key, versionId: VersionId } = originalAt(side, entry);
	const etag = bareEtag(entry.etag);
	const IfMatch = VersionId === undefined && etag !== '' ? `"${etag}"` : undefined;
	const input = { Bucket, Key, VersionId, IfMatch };
	const {
		body,
		ContentLength: length,
		ContentType: mimeType,
	} = await download(endedBy(side, signal).s3, input, { budget });
	return await storeBinary(n8n, { body, key: entry.key, mimeType, length, signal });
};

/**
 * Compares a source with the record of another system. Yields a summary and an item for each change to make there.
 * Writes nothing. Throws for an unreadable record, before any item.
 */
export async function* itemsOut(context: OutContext, params: OutParams): AsyncGenerator<Output> {
	const { transfer, record, side } = transferOf(context, params);
	const checked = await checkNames(transfer, params.options);
	const rules = { ...transfer.rules, leavesOut: checked?.leavesOut };
	const walk = recordWalk({ ...transfer, rules }, record, (await headObject(record.s3, record))?.ETag);
	const events: Event[] = [];
	const tally = newTally();
	const errors: object[] = [];
	const note = (event: Event) => {
		addTo(tally, event, false);
		const { result } = event;
		if (result.outcome === 'planned') events.push(event);
		if (result.outcome !== 'failed' || errors.length === maxErrors) return;
		errors.push({ key: originalOf(transfer, event).key, ...errorOf(lineOf(transfer, event, new Date())) });
	};
	let how = await runTransfer({ ...transfer, rules, walk }, note);

	let items: Output[] = [];
	const counts: Record<string, number> = { create: 0, replace: 0, delete: 0 };
	const left = { changed: tally.changed, failed: 0, bytes: 0 };
	const add = (event: Event, content?: IBinaryData) => {
		const action = actions[event.step] ?? '';
		counts[action] = (counts[action] ?? 0) + 1;
		if (event.step !== 'delete') left.bytes += event.size;
		items.push({ ...itemOf(side, event), ...(content && { [binaryFields]: { data: content } }) });
	};
	// One after the other: n8n stores each as a stream, and the download reads ahead within the memory budget.
	for (const event of events) {
		const { source } = event;
		if (!params.includeContent || !source) {
			add(event);
			continue;
		}
		await contentOf(context, side, source).then(
			(content) => add(event, content),
			(error: unknown) => {
				if (!isS3Failure(error) || isFatal(error)) throw error;
				// It has changed or is gone. The next run handles that.
				if (statusOf(error) === 412 || statusOf(error) === 404) left.changed++;
				else note({ ...event, result: { outcome: 'failed', failure: error } });
			},
		);
	}
	left.failed = tally.failed;
	if (left.failed > 0 && (counts.delete ?? 0) > 0) {
		how = { ...how, heldBack: { reason: 'failed', deletions: counts.delete ?? 0 } };
		items = items.filter((item) => !('action' in item) || item.action !== 'delete');
		counts.delete = 0;
	}
	const heldBack = heldBackText(how);
	if (heldBack) context.hint(heldBack);
	yield {
		...{ done: !how.stoppedBy && !how.heldBack && left.changed + left.failed === 0 },
		...{ sourceBucket: side.bucket, sourcePrefix: side.prefix, bucket: record.bucket, recordKey: record.key },
		...counts,
		...{ skipped: tally.skipped, ...left, reasons: tally.reasons },
		...(how.stoppedBy && { stoppedBy: how.stoppedBy }),
		...(heldBack && { heldBack: { ...how.heldBack, message: heldBack } }),
		...(errors.length > 0 && { errors }),
		...(checked && { hazards: checked.hazards }),
	};
	yield* items;
}
