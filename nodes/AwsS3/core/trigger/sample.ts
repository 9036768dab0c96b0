import type { Watch } from '../../s3/changes/watch';
import type { Reported } from '../../s3/changes/compare';
import { listWatched } from '../../s3/changes/listing';
import type { Watched } from '../../s3/changes/watched';
import { badInput } from '../errors/badInput';

/** How many objects a test in the editor shows. */
const shown = 10;
/** A user waits for it, so it looks at so many objects at most. */
const maxLooked = 50_000;

/** The newest objects that the trigger would report, for a test in the editor. Throws with the reason if there are none. */
export const sampleOf = async ({ s3, place, rules: { accepts, doneSuffix } }: Watch): Promise<Reported[]> => {
	let newest: Watched[] = [];
	let looked = 0;
	for await (const page of listWatched(s3, { ...place, hasVersions: false })) {
		looked += page.length;
		const matching = page.filter((one) => accepts(one) && (doneSuffix === '' || !one.key.endsWith(doneSuffix)));
		newest = [...newest, ...matching].sort((a, b) => b.lastModified - a.lastModified).slice(0, shown);
		if (looked >= maxLooked) break;
	}
	const where = place.prefix === '' ? `Bucket '${place.bucket}'` : `'${place.prefix}' in bucket '${place.bucket}'`;
	if (looked === 0)
		throw badInput(`${where} has no objects yet`, 'Upload one that the trigger is meant for, and test it again.');
	if (newest.length === 0)
		throw badInput(
			`None of the ${looked} objects in ${where.replace('Bucket', 'bucket')} fits the filters`,
			"Check 'Prefix' and the filters in 'Options', or upload an object that fits.",
		);
	return newest.map((object) => ({ key: object.key, happenings: [{ event: 'created', now: object }] }));
};
