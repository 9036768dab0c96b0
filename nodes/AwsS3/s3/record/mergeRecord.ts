import { compareKeys } from '../list/compareKeys';
import { march } from '../pairs/march';
import type { Pages } from '../pairs/march';
import { entryLine, headerLine, lastLine } from './recordLines';
import type { RecordEntry } from './recordLines';

/** What another system has carried out for a key: it has this now; without an entry, it has deleted it. */
export interface CarriedOut {
	key: string;
	entry?: RecordEntry;
}

/** What has become of a record: entries that are new, that took the place of another, that are gone, and all that it has now. */
export interface RecordCounts {
	created: number;
	replaced: number;
	deleted: number;
	total: number;
}

/** Counts of nothing. */
export const noRecordCounts = (): RecordCounts => ({ created: 0, replaced: 0, deleted: 0, total: 0 });

/** In characters. */
const chunkLength = 64 * 1024;

async function* linesIn(old: Pages<RecordEntry>): AsyncGenerator<CarriedOut[]> {
	for await (const page of old) yield page.map((entry) => ({ key: entry.key, entry }));
}

async function* onePage(changes: CarriedOut[]): AsyncGenerator<CarriedOut[]> {
	yield [...changes].sort((one, other) => compareKeys(one.key, other.key));
}

/** Merges changes into the entries of a record, and counts into `counts`. An entry without an ID keeps the one that it had. */
async function* mergedEntries(
	old: Pages<RecordEntry>,
	changes: CarriedOut[],
	counts: RecordCounts,
): AsyncGenerator<RecordEntry> {
	for await (const pairs of march<CarriedOut>(linesIn(old), onePage(changes)))
		for (const { source: before, destination: change } of pairs) {
			const { entry } = change ?? before ?? {};
			if (!entry) {
				if (before) counts.deleted++;
				continue;
			}
			counts.total++;
			if (change) counts[before ? 'replaced' : 'created']++;
			yield { ...entry, id: entry.id ?? before?.entry?.id };
		}
}

/** The bytes of a record after changes, each of another key, streamed. Throws if the old one cannot be read to its end. */
export async function* mergedRecord(
	old: Pages<RecordEntry>,
	changes: CarriedOut[],
	counts: RecordCounts,
): AsyncGenerator<Buffer> {
	let text = headerLine;
	for await (const entry of mergedEntries(old, changes, counts)) {
		text += entryLine(entry);
		if (text.length < chunkLength) continue;
		yield Buffer.from(text);
		text = '';
	}
	yield Buffer.from(text + lastLine(counts.total));
}
