import { ListMultipartUploadsCommand, ListObjectsV2Command } from '@aws-sdk/client-s3';
import type { MultipartUpload } from '@aws-sdk/client-s3';
import type { INodeExecutionData } from 'n8n-workflow';
import type { Operation } from '../../nodes/AwsS3/core/operation';
import * as registry from '../../nodes/AwsS3/operations';
import type { MemoryBudget } from '../../nodes/AwsS3/s3/flow/memoryBudget';
import { longestCleanup } from '../../nodes/AwsS3/s3/write/afterStop';
import { leftBy, showingBudgets } from '../support/leftovers';
import { runNode } from '../support/n8n';
import { startProxy } from '../support/proxy';
import { randomCases } from '../support/randomCases';
import { randomOf } from '../support/randomOf';
import { credentials, isKnown, sdk, server } from '../support/s3';
import type { Need, Place, Try } from '../support/tries';
import { until } from '../support/until';
import { idOf, itemsWithFile, makePlace, newBucket, startWebsite, tries } from '../support/tries';
import { soon } from '../support/soon';

/** How often each operation is stopped, and how often at most where it was over before each stop. */
const stops = randomCases(20, 7);
const most = 20;

/** What belongs together and takes two requests in all, which a stop does not part: a bucket and its versioning. */
const finishing = new Set(['bucket.create']);

test('the table has every operation', () => {
	const ids = Object.values(registry).map(({ resource, operation }: Operation) => `${resource}.${operation}`);
	expect([...new Set(Object.keys(tries).map(idOf))].sort()).toEqual(ids.sort());
});

let items: INodeExecutionData[];
let website: string;
beforeAll(async () => {
	items = await itemsWithFile();
	website = await startWebsite();
});

/** Gives the place of each run: what only reads can share one. */
const placesOf = async (needs: Need[], isRead: boolean): Promise<(number: number) => Promise<Place>> => {
	const bucket = await newBucket(needs);
	if (isRead) {
		const place = await makePlace(needs, bucket, 0, website);
		return async () => place;
	}
	return async (number) => {
		const own = needs.includes('ownBucket') && number > 0 ? await newBucket(needs) : bucket;
		return await makePlace(needs, own, number, website);
	};
};

/** Unfinished uploads besides those that a test has begun itself. */
const uploadsIn = async (bucket: string) => {
	const { Uploads = [] } = await sdk
		.send(new ListMultipartUploadsCommand({ Bucket: bucket }))
		.catch((error: Error): { Uploads?: MultipartUpload[] } => {
			if (error.name !== 'NoSuchBucket') throw error;
			return {};
		});
	const found = await Promise.all(
		Uploads.filter(({ Key = '' }) => !Key.endsWith('/unfinished')).map(
			async (upload) => (await isKnown(bucket, upload)) && upload.Key,
		),
	);
	return found.filter(Boolean);
};

/** Objects that the operation Check has written to try permissions. */
const checksIn = async (bucket: string) => {
	const answer = await sdk.send(new ListObjectsV2Command({ Bucket: bucket })).catch((error: Error) => {
		if (error.name !== 'NoSuchBucket') throw error;
		return { Contents: [] };
	});
	return (answer.Contents ?? []).map(({ Key = '' }) => Key).filter((key) => key.includes('n8n-check'));
};

test.each(Object.keys(tries))('%s ends soon after a stop, and leaves nothing', async (name) => {
	const attempt: Try = tries[name] ?? ['', [], () => ({})];
	const [, needs, parameters] = attempt;
	const [resource = '', operation = ''] = idOf(name).split('.');
	const isRead = Object.values(registry).some(
		(one: Operation) => one.resource === resource && one.operation === operation && one.effect === 'read',
	);
	const placeOf = await placesOf(needs, isRead);
	const random = randomOf(name);
	const onRequest: Array<() => void> = [];
	const proxy = await startProxy(server.endpoint, () => {
		onRequest.shift()?.();
		return 'pass';
	});
	const budgets = new Set<MemoryBudget>();
	const operations = showingBudgets(budgets);
	const connection = { ...credentials, endpoint: proxy.url };

	/** Runs the operation; `moment` decides when to stop it. */
	const run = async (place: Place, moment: (stop: () => void) => void) => {
		const cancel = new AbortController();
		let stopped = Infinity;
		budgets.clear();
		const began = performance.now();
		moment(() => {
			stopped = Math.min(stopped, performance.now());
			cancel.abort();
		});
		const error = await runNode({
			parameters: { resource, operation, bucket: place.bucket, ...parameters(place) },
			credentials: connection,
			destination: connection,
			items: needs.includes('file') ? items : undefined,
			cancel: cancel.signal,
			operations,
		}).then(
			() => undefined,
			({ message }: Error) => message,
		);
		const ended = performance.now();
		onRequest.length = 0;
		return { error, took: ended - began, late: ended - stopped };
	};

	const first = await placeOf(0);
	const undisturbed = await run(first, () => undefined);
	const requests = proxy.taken().length;
	expect(await leftBy(proxy, budgets)).toEqual([]);

	const buckets = new Set([first.bucket]);
	let ended = 0;
	let runs = 0;
	while (runs < stops || (requests > 0 && ended === 0 && runs < most)) {
		const number = runs++;
		const place = await placeOf(runs);
		buckets.add(place.bucket);
		const atRequest = Math.floor(random() * requests);
		const after = number % 2 === 0 && requests > 0 ? random() * 3 : random() * Math.min(undisturbed.took, 50);
		const { error, late } = await run(place, (stop) => {
			if (number % 2 === 1 || requests === 0) setTimeout(stop, after);
			else onRequest.push(...Array.from({ length: atRequest }, () => () => {}), () => setTimeout(stop, after));
		});
		if (error === 'The execution was stopped') ended++;
		else expect(error).toBe(undisturbed.error);
		// What it removes behind itself S3 has some seconds to answer.
		expect(late).toBeLessThan(longestCleanup + soon);
		expect(await leftBy(proxy, budgets)).toEqual([]);
	}
	const allowed = idOf(name) === 'multipartUpload.create' ? runs + 1 - ended : 0;
	// An upload that S3 was beginning when the last stop came is thrown away once its answer is there, behind the stop.
	await until(async () => (await Promise.all([...buckets].map(uploadsIn))).flat().length <= allowed);
	// S3 may still perform a deletion whose answer nobody waits for any more.
	await until(async () => (await Promise.all([...buckets].map(checksIn))).flat().length === 0);
	// Signing sends nothing, so it is over before anybody can stop it.
	if (requests > 0 && !finishing.has(name)) expect(ended).toBeGreaterThan(0);
});
