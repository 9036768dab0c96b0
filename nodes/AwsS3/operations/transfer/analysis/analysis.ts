import { setImmediate as nextTurn } from 'node:timers/promises';
import { passing } from '../../../core/filters/filters';
import type { S3 } from '../../../s3/client/client';
import { isOwnFile } from '../../../s3/ownFiles';
import type { Listed } from '../../../s3/list/list';
import { listPages } from '../../../s3/list/list';
import type { Assumptions, Estimate } from '../../../s3/analysis/estimate';
import { transferEstimate } from '../../../s3/analysis/estimate';
import type { Hazard } from '../../../s3/analysis/hazards';
import { hazardFinder, isInside, severityAt } from '../../../s3/analysis/hazards';
import type { Statistics, Sum } from '../../../s3/analysis/statistics';
import { statistics } from '../../../s3/analysis/statistics';
import type { TargetSystem } from '../../../s3/analysis/targetRules';
import type { HazardSum } from './hazardTally';
import { hazardTally } from './hazardTally';

/** What to analyze, and for which target. */
interface Task extends Partial<Assumptions> {
	Bucket: string;
	Prefix: string;
	passes: (object: Listed) => boolean;
	target: TargetSystem;
	destinationBucket?: string;
	/** Replaces the prefix. Without it, paths are the keys. */
	destinationPrefix?: string;
	maxDepth?: number;
	/** The maximum of hazards to keep. */
	maxHazards: number;
	now: Date;
	/** Receives the number of keys analyzed. */
	onSeen: (count: number) => void;
}

/** The result. */
export interface Findings {
	counts: Statistics;
	hazards: HazardSum[];
	/** Objects that the target rejects because of their name or size. */
	refused: Sum;
	estimate: Estimate;
	/** The first hazards. */
	kept: Hazard[];
	/** False if there are more collisions than were compared. */
	isComplete: boolean;
}

/** Lists the objects that pass the filters, page by page. */
async function* pagesOf(s3: S3, { Bucket, Prefix, passes, onSeen }: Task): AsyncGenerator<Listed[]> {
	for await (const { objects } of listPages(s3, { Bucket, Prefix: Prefix || undefined })) {
		const own = objects.filter(({ Key }) => !isOwnFile(Key.slice(Prefix.length)));
		yield await passing(own, passes);
		onSeen(objects.length);
	}
}

const isInItself = ({ target, Bucket, Prefix, destinationBucket = '', destinationPrefix = '' }: Task) =>
	target === 's3' &&
	isInside({ bucket: Bucket, prefix: Prefix }, { bucket: destinationBucket, prefix: destinationPrefix });

/** Reads the listing once, and again if names collide. Holds a page of the listing and tables of bounded size. */
export const lookThrough = async (s3: S3, task: Task): Promise<Findings> => {
	const { Prefix, target, destinationPrefix: to, maxDepth, maxHazards, now } = task;
	const pathOf = (key: string) => (to === undefined ? key : to + key.slice(Prefix.length));
	const keyOf = (path: string) => (to === undefined ? path : Prefix + path.slice(to.length));
	const counts = statistics(now);
	const estimate = transferEstimate(target, task);
	const finder = hazardFinder(target, { maxDepth });
	const hazards = hazardTally(target, maxHazards);
	const refused = { objects: 0, bytes: 0 };

	const look = (object: Listed) => {
		const { Key: key, Size: size = 0, StorageClass: storageClass } = object;
		counts.add(object);
		estimate.add(object);
		const own = finder.see({ key, path: pathOf(key), size, storageClass });
		own.forEach(hazards.add);
		if (!own.some(({ id }) => severityAt(id, target) === 'refused')) return;
		refused.objects++;
		refused.bytes += size;
	};

	async function* pathsAgain() {
		for await (const objects of pagesOf(s3, task)) yield objects.map(({ Key }) => pathOf(Key));
	}

	if (isInItself(task)) hazards.add({ id: 'destinationInside', path: to ?? '' });
	for await (const objects of pagesOf(s3, task)) {
		objects.forEach(look);
		// Let n8n do other work before parsing the next page, which takes as long.
		await nextTurn();
	}
	for await (const hazard of finder.collisions(pathsAgain)) {
		const { path } = hazard;
		hazards.add(path.endsWith('/') ? hazard : { ...hazard, key: keyOf(path) });
	}
	return {
		...{ counts: counts.result(), hazards: hazards.sums(), estimate: estimate.result() },
		...{ refused, kept: hazards.kept(), isComplete: finder.isComplete() },
	};
};
