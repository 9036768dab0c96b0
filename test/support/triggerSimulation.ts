import { appendFileSync } from 'node:fs';
import type { INodeExecutionData } from 'n8n-workflow';
import type { activeTrigger } from './poll';

/** An object in a listing, as a watcher sees it. */
export interface Seen {
	key: string;
	etag: string;
	/** In milliseconds since 1970. */
	lastModified: number;
}

/** A bucket that others write to, and that refuses listings where it is told to. */
export interface World {
	put(key: string, body: string): Promise<unknown>;
	remove(key: string): Promise<unknown>;
	/** Begins an upload in parts; gives what completes it. */
	begin(key: string): Promise<(body: string) => Promise<unknown>>;
	/** Refuses the listing of a page, from the next request on; 0 for none. */
	refuse(page: number): void;
	list(): Promise<Seen[]>;
}

/** What a simulation has counted. */
export interface Count {
	rounds: number;
	writes: number;
	deletions: number;
	uploadsInParts: number;
	events: number;
	failedListings: number;
	restarts: number;
	crashes: number;
	/** What a watcher of the newest time has not reported, of what was created or modified between two polls. */
	missedByNewestTime: number;
	differences: number;
}

/**
 * A watcher as most tools have it: it remembers the newest time that it has seen, and reports what is newer. Gives what it reports
 * of a listing.
 */
const newestTimeWatcher = (start: Seen[]) => {
	const newestOf = (seen: Seen[], least: number) =>
		seen.reduce((newest, { lastModified }) => Math.max(newest, lastModified), least);
	let newest = newestOf(start, 0);
	return (seen: Seen[]) => {
		const reported = seen.filter(({ lastModified }) => lastModified > newest);
		newest = newestOf(seen, newest);
		return new Set(reported.map(({ key, etag }) => `${key} ${etag}`));
	};
};

/**
 * Random rounds of writes, overwrites, deletions and uploads in parts that finish late, with listings that fail half-way, restarts of
 * n8n, and crashes before anything is saved or started. Throws where a difference between two polls is not reported exactly once.
 */
export const simulate = async (
	world: World,
	trigger: ReturnType<typeof activeTrigger>,
	{ rounds, random, names }: { rounds: number; random: () => number; names: readonly string[] },
): Promise<Count> => {
	const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T;
	const count: Count = {
		...{ rounds, writes: 0, deletions: 0, uploadsInParts: 0, events: 0, failedListings: 0, restarts: 0, crashes: 0 },
		...{ missedByNewestTime: 0, differences: 0 },
	};
	const told = new Map<string, string>();
	const uploads: Array<{ finish: (body: string) => Promise<unknown>; due: number }> = [];
	await trigger.activate();
	const report = newestTimeWatcher(await world.list());
	let before = new Map((await world.list()).map(({ key, etag }) => [key, etag]));
	for (const [key, etag] of before) told.set(key, etag);
	let body = 0;

	const change = async (round: number) => {
		for (const { finish } of uploads.filter(({ due }) => due === round)) {
			await finish(`part of ${body++}`);
			count.uploadsInParts++;
		}
		for (let changes = Math.floor(random() * 5); changes > 0; changes--) {
			const key = pick(names);
			const dice = random();
			if (dice < 0.25) {
				await world.remove(key);
				count.deletions++;
			} else if (dice < 0.35)
				uploads.push({ finish: await world.begin(key), due: round + 1 + Math.floor(random() * 4) });
			else {
				// Now and then the same content again, which is no modification.
				await world.put(key, dice < 0.5 ? 'same' : `content ${body++}`);
				count.writes++;
			}
		}
	};
	const check = (items: INodeExecutionData[], now: Map<string, string>) => {
		for (const { json } of items) {
			count.events++;
			const [key, event] = [String(json.key), String(json.event)];
			const [was, is] = [told.get(key), now.get(key)];
			const expected = is === undefined ? 'deleted' : was === undefined ? 'created' : 'modified';
			const previous = json.previous as { etag?: string } | undefined;
			const isRight = event === expected && was !== is && previous?.etag === was && json.etag === is;
			if (!isRight) throw new Error(`${event} of '${key}' was invented: ${JSON.stringify({ json, was, is })}`);
			if (is === undefined) told.delete(key);
			else told.set(key, is);
		}
		const missing = [...new Set([...told.keys(), ...now.keys()])].filter((key) => told.get(key) !== now.get(key));
		return missing;
	};

	for (let round = 0; round < rounds; round++) {
		await change(round);
		const dice = random();
		if (dice < 0.15) {
			world.refuse(1 + Math.floor(random() * 3));
			const failed = await trigger.poll().then(
				() => false,
				() => true,
			);
			world.refuse(0);
			// Fewer pages than that: it was a poll like any other, and reports nothing again.
			if (!failed) throw new Error('A listing that was to fail did not');
			count.failedListings++;
			continue;
		}
		if (dice < 0.3) {
			trigger.restart();
			count.restarts++;
		} else if (dice < 0.4) {
			await trigger.pollAndCrash();
			count.crashes++;
			continue;
		}
		const items = (await trigger.poll()).flat();
		const seen = await world.list();
		const now = new Map(seen.map(({ key, etag }) => [key, etag]));
		const missing = check(items, now);
		if (missing.length > 0) throw new Error(`Not reported in round ${round}: ${missing.join(', ')}`);
		const byNewest = report(seen);
		for (const [key, etag] of now) {
			if (before.get(key) === etag) continue;
			count.differences++;
			if (!byNewest.has(`${key} ${etag}`)) count.missedByNewestTime++;
		}
		before = now;
	}
	const left = await trigger.poll();
	const missing = check(left.flat(), new Map((await world.list()).map(({ key, etag }) => [key, etag])));
	if (missing.length > 0) throw new Error(`Not reported at the end: ${missing.join(', ')}`);
	trigger.restart();
	const again = await trigger.poll();
	if (again.length > 0) throw new Error(`${again.flat().length} events came again`);
	if (process.env.SIMULATION) appendFileSync(process.env.SIMULATION, `${JSON.stringify(count)}\n`);
	return count;
};
