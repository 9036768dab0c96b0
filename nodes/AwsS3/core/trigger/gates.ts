import type { S3 } from '../../s3/client/client';
import type { Reported } from '../../s3/changes/compare';
import type { ChangeName, Happening } from '../../s3/changes/happenings';
import { scanVerdict } from '../../s3/changes/malwareScan';
import type { Change } from '../../s3/changes/watched';
import { fixedLimit } from '../../s3/flow/concurrencyLimit';
import { poolAll } from '../../s3/flow/pool';
import { tagsOf } from '../../s3/settings/tagging';
import { tagsAsJson } from '../objectFields/tags';
import { headOf, ifThere, joinsInParallel, objectOf } from './additions';

/** Metadata that an object must not have: a name, or a name and its value. */
export interface Mark {
	name: string;
	value?: string;
}

/** What listings do not tell of an object, and what decides whether its events are reported. */
export interface Gates {
	mark?: Mark;
	/** Whether a new content is reported only once it was scanned for malware. */
	waitsForScan: boolean;
	events: ReadonlySet<ChangeName>;
}

/** What becomes of an event: it is reported as another one or as it is, is not to be reported, or waits for the next poll. */
type Verdict = ChangeName | 'skip' | 'wait';

/** Events of a content that nobody has seen before. */
const isNewContent = (event: ChangeName) => event === 'created' || event === 'modified';

const isMarked = async (s3: S3, bucket: string, key: string, happening: Happening, { name, value }: Mark) => {
	const at = objectOf(bucket, { key, happening });
	const found = at && (await headOf(s3, at))?.Metadata?.[name];
	return found !== undefined && (value === undefined || found === value);
};

const afterScan = async (s3: S3, bucket: string, key: string, happening: Happening): Promise<Verdict> => {
	const at = objectOf(bucket, { key, happening });
	const tags = at && (await tagsOf(s3, at).catch(ifThere));
	// It was deleted since it was listed, which the next poll finds.
	if (!tags) return 'wait';
	const verdict = scanVerdict(tagsAsJson(tags));
	if (verdict === 'pending') return 'wait';
	if (verdict === 'clean') return happening.event;
	return verdict === 'infected' ? 'infected' : 'scanFailed';
};

const verdictOf = async (s3: S3, bucket: string, key: string, happening: Happening, gates: Gates): Promise<Verdict> => {
	const { mark, waitsForScan, events } = gates;
	if (mark && (await isMarked(s3, bucket, key, happening, mark))) return 'skip';
	if (!waitsForScan || !isNewContent(happening.event)) return happening.event;
	const verdict = await afterScan(s3, bucket, key, happening);
	return verdict === 'wait' || verdict === 'skip' || events.has(verdict) ? verdict : 'skip';
};

/** What passes the gates, and what is known from then on without being reported. The rest waits. */
export interface Passed {
	reported: Reported[];
	skipped: Change[];
}

/**
 * Asks S3 for what decides whether events are reported. The events of a key stay together: if one of them waits, all of them do.
 */
export const passGates = async (s3: S3, bucket: string, gates: Gates, found: Reported[]): Promise<Passed> => {
	if (!gates.mark && !gates.waitsForScan) return { reported: found, skipped: [] };
	const settings = { limit: fixedLimit(joinsInParallel), signal: s3.signal };
	const judged = await poolAll(found, settings, async ({ key, entry, happenings }, signal) => {
		const scoped = s3.endedBy(signal);
		const verdicts = await Promise.all(
			happenings.map(async (happening) => await verdictOf(scoped, bucket, key, happening, gates)),
		);
		const passed = happenings.flatMap((happening, index) => {
			const verdict = verdicts[index] ?? 'wait';
			return verdict === 'skip' || verdict === 'wait' ? [] : [{ ...happening, event: verdict }];
		});
		return { key, entry, happenings: passed, waits: verdicts.includes('wait') };
	});
	const decided = judged.filter(({ waits }) => !waits);
	return {
		reported: decided.filter(({ happenings }) => happenings.length > 0).map(({ waits: _waits, ...one }) => one),
		skipped: decided.filter(({ happenings }) => happenings.length === 0).map(({ key, entry }) => ({ key, entry })),
	};
};
