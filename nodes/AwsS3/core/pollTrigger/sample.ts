import type { Watch } from '../../s3/changes/poll';
import type { Reported } from '../../s3/changes/compare';
import { listWatched } from '../../s3/changes/listing';
import type { Watched } from '../../s3/changes/watchedObject';
import { badInput } from '../errors/badInput';

/** How many objects a test in the editor shows. */
const shown = 10;
/** The maximum of objects to check, because the user waits. */
const maxLooked = 50_000;

const adviceForNone = (prefix: string) => {
	if (!prefix.startsWith('/')) return 'Upload an object that should start the workflow, then test again.';
	const bare = prefix.replace(/^\/+/, '');
	const advice = bare === '' ? "Leave 'Prefix' empty" : `Enter '${bare}' in 'Prefix'`;
	return `${advice}: few keys start with a slash, and S3 does not add or remove one.`;
};

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
	if (looked === 0) throw badInput(`${where} has no objects yet`, adviceForNone(place.prefix));
	if (newest.length === 0)
		throw badInput(
			`None of the ${looked} objects in ${where.replace('Bucket', 'bucket')} matches the filters`,
			"Check 'Prefix' and the filters in 'Options', or upload an object that matches.",
		);
	return newest.map((object) => ({ key: object.key, keyEvents: [{ event: 'created', now: object }] }));
};
