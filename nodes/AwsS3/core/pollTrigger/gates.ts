import type { S3 } from '../../s3/client/client';
import type { Reported } from '../../s3/changes/compare';
import type { ChangeName, KeyEvent } from '../../s3/changes/keyEvents';
import { scanVerdict } from '../../s3/changes/malwareScan';
import type { Change } from '../../s3/changes/watchedObject';
import { fixedLimit } from '../../s3/flow/concurrencyLimit';
import { poolAll } from '../../s3/flow/pool';
import { isMarkedBy } from '../../s3/sdk/writerMark';
import { extrasInParallel, headIfThere, tagsIfThere } from '../io/objectExtras';
import { objectOf } from './additions';

/** Metadata that an object must not have: a name, or a name and its value. */
export interface Mark {
	name: string;
	value?: string;
}

/** Properties that listings lack and that decide whether to report an event. */
export interface Gates {
	mark?: Mark;
	/** The workflow whose own writes are not reported; undefined reports them. */
	writer?: string;
	/** Whether to report new content only after its malware scan. */
	waitsForScan: boolean;
	events: ReadonlySet<ChangeName>;
}

/** The decision on an event: report it, as the same or another event, ignore it, or wait for the next poll. */
type Verdict = ChangeName | 'skip' | 'wait';

/** Events about new content. */
const isNewContent = (event: ChangeName) => event === 'created' || event === 'modified';

const hasMark = ({ name, value }: Mark, metadata: Record<string, string> = {}) => {
	const found = metadata[name];
	return found !== undefined && (value === undefined || found === value);
};

/** Whether the metadata of the object says not to report the event. */
const isSkipped = async (s3: S3, bucket: string, key: string, keyEvent: KeyEvent, { mark, writer }: Gates) => {
	const at = objectOf(bucket, { key, keyEvent });
	// New tags or another storage class are not the workflow's own write, even on an object that it wrote.
	const own = isNewContent(keyEvent.event) ? writer : undefined;
	if (!at || (!mark && own === undefined)) return false;
	const metadata = (await headIfThere(s3, at))?.Metadata;
	return (mark !== undefined && hasMark(mark, metadata)) || (own !== undefined && isMarkedBy(own, at, metadata));
};

const afterScan = async (s3: S3, bucket: string, key: string, keyEvent: KeyEvent): Promise<Verdict> => {
	const at = objectOf(bucket, { key, keyEvent });
	const tags = at && (await tagsIfThere(s3, at));
	// Deleted since the listing; the next poll finds that.
	if (!tags) return 'wait';
	const verdict = scanVerdict(tags);
	if (verdict === 'pending') return 'wait';
	if (verdict === 'clean') return keyEvent.event;
	return verdict === 'infected' ? 'infected' : 'scanFailed';
};

const verdictOf = async (s3: S3, bucket: string, key: string, keyEvent: KeyEvent, gates: Gates): Promise<Verdict> => {
	const { waitsForScan, events } = gates;
	if (await isSkipped(s3, bucket, key, keyEvent, gates)) return 'skip';
	if (!waitsForScan || !isNewContent(keyEvent.event)) return keyEvent.event;
	const verdict = await afterScan(s3, bucket, key, keyEvent);
	return verdict === 'wait' || verdict === 'skip' || events.has(verdict) ? verdict : 'skip';
};

/** The events to report, and those to record without a report. The rest waits. */
export interface Passed {
	reported: Reported[];
	skipped: Change[];
}

/** Asks S3 for what decides whether to report events. The events of a key stay together: if one waits, all wait. */
export const passGates = async (s3: S3, bucket: string, gates: Gates, found: Reported[]): Promise<Passed> => {
	if (!gates.mark && gates.writer === undefined && !gates.waitsForScan) return { reported: found, skipped: [] };
	const settings = { limit: fixedLimit(extrasInParallel), signal: s3.signal };
	const judged = await poolAll(found, settings, async ({ key, entry, keyEvents }, signal) => {
		const scoped = s3.endedBy(signal);
		const verdicts = await Promise.all(
			keyEvents.map(async (keyEvent) => await verdictOf(scoped, bucket, key, keyEvent, gates)),
		);
		const passed = keyEvents.flatMap((keyEvent, index) => {
			const verdict = verdicts[index] ?? 'wait';
			return verdict === 'skip' || verdict === 'wait' ? [] : [{ ...keyEvent, event: verdict }];
		});
		return { key, entry, keyEvents: passed, waits: verdicts.includes('wait') };
	});
	const decided = judged.filter(({ waits }) => !waits);
	return {
		reported: decided.filter(({ keyEvents }) => keyEvents.length > 0).map(({ waits: _waits, ...one }) => one),
		skipped: decided.filter(({ keyEvents }) => keyEvents.length === 0).map(({ key, entry }) => ({ key, entry })),
	};
};
