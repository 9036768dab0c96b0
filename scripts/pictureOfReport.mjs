// Takes the pictures of reports in docs/images: of an analysis, a run, a comparison and a folder's statistics, from invented objects, in a real browser: node scripts/pictureOfReport.mjs
import { writeFileSync } from 'node:fs';
import { build } from 'esbuild';
import { chromium } from 'playwright-core';
import { browser } from '../sandbox/browser.cjs';

const contents = `
	export { reportPage } from './nodes/AwsS3/content/report/page';
	export { analysisReport, hazardRow } from './nodes/AwsS3/operations/transfer/analysis/analysisReport';
	export { runRecorder } from './nodes/AwsS3/operations/transfer/reports/runRecorder';
	export { verifyRecorder } from './nodes/AwsS3/operations/transfer/reports/verifyReport';
	export { statisticsReport } from './nodes/AwsS3/operations/folder/statisticsReport';
	export { hazardTally } from './nodes/AwsS3/operations/transfer/analysis/hazardTally';
	export { transferEstimate } from './nodes/AwsS3/s3/analysis/estimate';
	export { hazardFinder, severityAt } from './nodes/AwsS3/s3/analysis/hazards';
	export { statistics } from './nodes/AwsS3/s3/analysis/statistics';
`;
const { outputFiles } = await build({
	...{ bundle: true, write: false, format: 'cjs', platform: 'node', stdin: { contents, resolveDir: '.' } },
});
const built = { exports: {} };
const { createRequire } = await import('node:module');
new Function('module', 'exports', 'require', outputFiles[0].text)(built, built.exports, createRequire(import.meta.url));
const { analysisReport, hazardFinder, hazardRow, hazardTally, reportPage, severityAt, statistics, transferEstimate } =
	built.exports;
const { runRecorder, statisticsReport, verifyRecorder } = built.exports;

const MiB = 1024 ** 2;
const now = new Date('2026-11-26T09:30:00Z');
const target = 'sharePoint';

/** Invented objects: many of each type, by month and department, and some whose names need a look. */
const objects = () => {
	const types = [
		['pdf', 2400, 1.8],
		['docx', 1500, 0.4],
		['xlsx', 900, 0.9],
		['jpg', 2100, 3.2],
		['mp4', 60, 420],
		['csv', 700, 5],
		['zip', 40, 900],
		['eml', 1800, 0.06],
	];
	const departments = ['Finance', 'Legal', 'Marketing', 'Sales', 'Support'];
	const made = types.flatMap(([type, count, size], kind) =>
		Array.from({ length: count }, (_, index) => ({
			Key: `${departments[(index + kind) % 5]}/${2019 + (index % 8)}/${type}/${type}-${String(index).padStart(5, '0')}.${type}`,
			Size: Math.round(size * MiB * (0.05 + ((index * 7919) % 1000) / 500)),
			LastModified: new Date(now.getTime() - ((index * 104729) % 2600) * 24 * 3600 * 1000 - 3600_000),
			StorageClass: index % 9 === 0 ? 'STANDARD_IA' : index % 31 === 0 && type === 'zip' ? 'GLACIER' : 'STANDARD',
		})),
	);
	const odd = [
		'Finance/2026/Budget: final?.xlsx',
		'Finance/2026/Budget.xlsx',
		'Finance/2026/budget.xlsx',
		'Legal/2025/AUX/contract.pdf',
		'Legal/2025/contract.pdf ',
		'Marketing/2026/logo "new".svg',
		'Marketing/2026/~$campaign.docx',
		'Sales/2026//offer.pdf',
		'Support/2024/tickets',
		'Support/2024/tickets/0001.eml',
		'legal/2025/addendum.pdf',
		`Support/2024/${'a very long subject of a mail that somebody forwarded '.repeat(6)}.eml`,
	].map((Key, index) => ({
		Key,
		Size: 40_000 * (index + 1),
		LastModified: new Date(now.getTime() - 5e9),
		StorageClass: 'STANDARD',
	}));
	return [...made, ...odd].sort((a, b) => (a.Key < b.Key ? -1 : 1));
};

const htmlOf = async ({ report, rows }) => {
	const chunks = [];
	for await (const chunk of reportPage(report, rows)) chunks.push(chunk);
	return Buffer.concat(chunks).toString();
};

const analysis = async () => {
	const [counts, estimate] = [statistics(now), transferEstimate(target)];
	const [finder, hazards] = [hazardFinder(target), hazardTally(target, 1000)];
	const refused = { objects: 0, bytes: 0 };
	const all = objects();
	for (const object of all) {
		counts.add(object);
		estimate.add(object);
		const own = finder.see({ key: object.Key, path: object.Key, size: object.Size, storageClass: object.StorageClass });
		own.forEach(hazards.add);
		if (!own.some(({ id }) => severityAt(id, target) === 'refused')) continue;
		refused.objects++;
		refused.bytes += object.Size;
	}
	async function* again() {
		yield all.map(({ Key }) => Key);
	}
	for await (const hazard of finder.collisions(again)) hazards.add(hazard);
	const found = { counts: counts.result(), hazards: hazards.sums(), estimate: estimate.result(), refused };
	const more = { noncurrentVersions: 4120, noncurrentBytes: 9.1e9, deleteMarkers: 310, unfinishedUploads: 3 };
	const report = analysisReport({ bucket: 'my-company-files', prefix: '', target, ...found, ...more }, now);
	async function* rows() {
		yield* hazards.kept().map(hazardRow);
	}
	return await htmlOf({ report, rows: rows() });
};

const folderStatistics = async () => {
	const counts = statistics(now);
	for (const object of objects()) if (object.Key.startsWith('Marketing/')) counts.add(object);
	const counted = { bucket: 'my-company-files', folder: 'Marketing/', counts: counts.result() };
	const report = statisticsReport({ ...counted, unfinishedUploads: 3 }, now);
	return await htmlOf({ report, rows: (async function* () {})() });
};

const sides = [
	['From', 'my-company-files/'],
	['To', 'my-company-archive/2026/'],
];

/** What went wrong with some objects of an invented run. */
const mishaps = {
	17: {
		...{ result: 'failed', code: 'AccessDenied', advice: 'This needs s3:GetObject on this object.' },
		message: 'Access to the object was denied',
	},
	911: { result: 'changed', reason: 'changedMeanwhile', message: 'The source has changed since it was listed' },
	1303: {
		...{ result: 'failed', code: 'KMS.DisabledException', advice: 'Ask the owner of the key to enable it.' },
		message: 'The KMS key of the object cannot be used',
	},
};

/** A run of an hour, whose speed rises, falls and pauses. */
const run = async () => {
	const begun = new Date(now.getTime() - 3600_000);
	const recorder = runRecorder({ prefix: '', destinationPrefix: '2026/', includesSkipped: false }, now);
	let seconds = 0;
	for (const [index, { Key, Size: whole, LastModified, StorageClass }] of objects().entries()) {
		const Size = Math.min(whole, 24 * MiB);
		const line = { key: Key, size: Size, modified: LastModified.toISOString(), step: 'copy', result: 'done' };
		const speed = 1.1 + Math.sin(seconds / 500) * 0.6 + (index % 7) / 10;
		if (StorageClass !== 'GLACIER') seconds += (Size / MiB / 36 + 0.22) / speed;
		const at = new Date(begun.getTime() + seconds * 1000).toISOString();
		if (StorageClass === 'GLACIER')
			await recorder.add({ ...line, at, step: 'skip', result: 'skipped', reason: 'archived' });
		else if (index % 11 === 3) await recorder.add({ ...line, at, step: 'skip', result: 'skipped', reason: 'same' });
		else await recorder.add({ ...line, at, ...(index % 37 === 5 && { step: 'overwrite' }), ...mishaps[index] });
	}
	const facts = [...sides, ['Mode', 'Copy'], ['Compared by', 'Size and Time']];
	const notes = [
		{
			title: 'The destination',
			lines: ['The bucket keeps overwritten and deleted objects as older versions, which you continue to pay for.'],
		},
	];
	const made = new Date(begun.getTime() + seconds * 1000);
	const reported = {
		title: 'Run of my-company-files',
		isPlan: false,
		facts,
		left: [],
		duration: seconds * 1000,
		notes,
	};
	const html = await htmlOf(recorder.report(reported, made));
	await recorder.close();
	return html;
};

/** A comparison that finds little. */
const comparison = async () => {
	const recorder = verifyRecorder({ prefix: '', destinationPrefix: '2026/' }, now);
	for (const [index, { Key: key, Size: size }] of objects().entries()) {
		const source = { key, size };
		if (index === 17 || index === 1303) await recorder.add({ key, source, difference: 'missing' });
		else if (index === 911)
			await recorder.add({ key, source, destination: { key, size: size - 420 }, difference: 'size' });
		else await recorder.add({ key, source, destination: source });
	}
	const facts = [...sides, ['Compared by', 'Checksum']];
	const html = await htmlOf(recorder.report({ title: 'Comparison of my-company-files', facts }, now));
	await recorder.close();
	return html;
};

const chrome = await chromium.launch({ executablePath: browser(), args: ['--no-sandbox', '--disable-gpu'] });
const [wide, phone] = [1120, 390];
for (const [name, html, sizes] of [
	[
		...['report', await analysis()],
		[
			['', wide, 1400],
			['-phone', phone, 1400],
		],
	],
	[
		...['run-report', await run()],
		[
			['', wide, 1500],
			['-phone', phone, 1400],
		],
	],
	['verify-report', await comparison(), [['', wide, 1100]]],
	['statistics-report', await folderStatistics(), [['', wide, 1240]]],
]) {
	if (process.argv[2]) writeFileSync(`${process.argv[2]}/${name}.html`, html);
	for (const [suffix, width, height] of sizes)
		for (const colorScheme of ['light', 'dark']) {
			const file = `${name}${suffix}${colorScheme === 'dark' ? '.dark' : ''}`;
			const tab = await chrome.newPage({ colorScheme, viewport: { width, height } });
			const requests = [];
			tab.on('request', (request) => requests.push(request.url()));
			tab.on('console', (message) => process.stdout.write(`${file}: ${message.text()}\n`));
			await tab.setContent(html);
			const scrolled = await tab.evaluate('document.documentElement.scrollWidth');
			if (scrolled > width) process.stdout.write(`${file} is ${scrolled} wide\n`);
			if (requests.length > 0) process.stdout.write(`${file} asked for ${requests.join(', ')}\n`);
			await tab.screenshot({ path: `docs/images/${file}.png` });
			await tab.close();
		}
}
await chrome.close();
