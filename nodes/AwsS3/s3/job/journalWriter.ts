import { PutObjectCommand } from '@aws-sdk/client-s3';
import { clearInterval, setInterval } from 'node:timers';
import type { OutcomeLine } from '../sync/outcomeLine';
import { ifFree, isTaken } from '../write/conditionalWrite';
import { segmentKey } from './jobPlace';
import type { JobPlace } from './jobPlace';
import type { JournalHeader, JournalLine, JournalTotals } from './journalLines';
import { evenAfterStop } from '../write/afterStop';

/** The most lines of a segment, and after how long, in milliseconds, one is written that has fewer. */
export const segmentLimits = { lines: 1000, every: 10_000 };

/** A journal that is being written. */
export interface JournalWriter {
	/** Adds a line. Returns a promise where its reader has to wait, because the last segment is not written yet. */
	add(line: OutcomeLine): Promise<void> | undefined;
	/** Counts a key that was skipped. */
	skip(reason: string): void;
	/** Writes what is left, and the totals. Throws if any segment could not be written. */
	end(totals: JournalTotals): Promise<void>;
	/** Writes no more segments. Changes nothing after `end`. */
	leave(): void;
}

/** Writes a segment. The id of a run is random, so what has its key is what an answer was lost for. */
const putSegment = async ({ side: { s3, bucket } }: JobPlace, key: string, lines: JournalLine[]) => {
	const Body = lines.map((line) => `${JSON.stringify(line)}\n`).join('');
	const input = { Bucket: bucket, Key: key, Body, ContentType: 'application/x-ndjson' };
	await evenAfterStop(s3, 'goOn', async (own) => {
		const put = async (condition: object) => await own.send(new PutObjectCommand({ ...input, ...condition }));
		await ifFree(own, { bucket, key }, 'conditionalPut', put);
	}).catch((error) => {
		if (!isTaken(error)) throw error;
	});
};

/**
 * Begins the journal of a run with a first segment that says what it is. Segments are written one after another, so what is lost
 * by a kill are the lines of the last seconds. Throws if it cannot be written.
 */
export const beginJournal = async (
	place: JobPlace,
	header: JournalHeader,
	limits = segmentLimits,
): Promise<JournalWriter> => {
	let segment = 0;
	let lines: JournalLine[] = [];
	let skipped: Record<string, number> = {};
	let tail: Promise<void> = Promise.resolve();

	const flush = (last: JournalLine[] = []): Promise<void> => {
		const counted: JournalLine[] = Object.keys(skipped).length > 0 ? [{ skipped }] : [];
		const batch = [...lines, ...counted, ...last];
		[lines, skipped] = [[], {}];
		if (batch.length === 0) return tail;
		const key = segmentKey(place, header.runId, ++segment);
		tail = tail.then(async () => await putSegment(place, key, batch));
		// The next writer of lines gets this failure; no code may be waiting yet.
		tail.catch(() => undefined);
		return tail;
	};
	lines.push(header);
	await flush();
	const timer = setInterval(() => void flush().catch(() => undefined), limits.every);
	timer.unref();

	return {
		add: (line) => {
			lines.push(line);
			if (lines.length < limits.lines) return undefined;
			const before = tail;
			void flush().catch(() => undefined);
			return before;
		},
		skip: (reason) => {
			skipped[reason] = (skipped[reason] ?? 0) + 1;
		},
		end: async (totals) => {
			clearInterval(timer);
			await flush([totals]);
		},
		leave: () => clearInterval(timer),
	};
};
