import { written } from '../../nodes/AwsS3/content/report/amounts';
import { escaped } from '../../nodes/AwsS3/content/report/html';
import { reportPage } from '../../nodes/AwsS3/content/report/page';
import type { Report, ReportRow, Unit } from '../../nodes/AwsS3/content/report/report';
import { reportCsv, reportJson } from '../../nodes/AwsS3/content/report/tables';
import { collect } from '../../nodes/AwsS3/s3/flow/collect';

const hour = (hours: number) => new Date(Date.UTC(2026, 10, 26, hours));

const report: Report = {
	title: 'Run of nightly',
	verdict: { tone: 'warning', text: '2 objects were left out.' },
	made: hour(12),
	facts: [['Bucket', 'my-bucket']],
	totals: [
		{ label: 'Copied', value: 12345, unit: 'count' },
		{ label: 'Size', value: 1536, unit: 'bytes' },
	],
	plots: {
		title: 'How it went',
		entries: [
			{
				kind: 'bars',
				title: 'By type',
				unit: 'bytes',
				bars: [
					{ label: '.pdf', value: 1000, note: '3 objects' },
					{ label: '.txt', value: 250 },
					{ label: '.tiny', value: 1 },
					{ label: '.none', value: 0 },
				],
			},
			{
				kind: 'line',
				title: 'Throughput',
				unit: 'bytesPerSecond',
				points: [
					{ at: hour(1), value: 0 },
					{ at: hour(2), value: 2048 },
					{ at: hour(5), value: 1024 },
				],
			},
		],
	},
	categories: {
		title: 'Results',
		entries: [
			{ id: 'copied', label: 'Copied', tone: 'good', count: 12345, bytes: 1536 },
			{ id: 'denied', label: 'Access denied', tone: 'bad', count: 1, advice: "Allow 's3:GetObject'." },
		],
	},
	notes: [{ title: 'Notes', lines: ['One.', 'Two & three.'] }],
	rowsTitle: 'What was left out',
};

const all: ReportRow[] = [
	{ category: 'denied', key: 'a/b.pdf', size: 5, detail: 'AccessDenied' },
	{ category: 'unheardOf', key: 'c' },
];

const rowsOf = async function* (rows: Iterable<ReportRow>) {
	yield* rows;
};

const page = async (of: Report = report, rows: Iterable<ReportRow> = all) =>
	(await collect(reportPage(of, rowsOf(rows)))).toString();

/** The text between tags. */
const textOf = (html: string) =>
	html
		.replace(/<style>.*?<\/style>/s, '')
		.replace(/<[^>]+>/g, ' ')
		.replace(/\s+/g, ' ');

test('the page says all of it', async () => {
	const text = textOf(await page());
	for (const words of [
		'Run of nightly',
		'2 objects were left out.',
		'Bucket my-bucket Made 2026-11-26 12:00 UTC',
		'Copied 12,345 Size 1.5 KiB',
		'.pdf 1,000 B 3 objects .txt 250 B',
		'How it went By type',
		'Throughput At most 2 KiB/s 2026-11-26 01:00 UTC 2026-11-26 05:00 UTC',
		'Copied 12,345 · 1.5 KiB Good',
		'Access denied 1 Action needed Allow &#39;s3:GetObject&#39;.',
		'What was left out What Key Size Detail Access denied a/b.pdf 5 B AccessDenied unheardOf c',
		'Notes One. Two &amp; three.',
	])
		expect(text).toContain(words);
});

test('bars are as wide as their values, and what is not nothing is seen', async () => {
	expect(await page()).toContain('class="bars"');
	const widths = [...(await page()).matchAll(/class="fill" width="([\d.]+)%"/g)].map(([, width]) => Number(width));
	expect(widths).toEqual([100, 25, 0.8, 0]);
});

test('long labels stand above their bars', async () => {
	const plot = (label: string) => ({
		kind: 'bars' as const,
		title: 'x',
		unit: 'count' as const,
		bars: [{ label, value: 1 }],
	});
	expect(await page({ ...report, plots: { title: 'x', entries: [plot('x'.repeat(25))] } })).toContain(
		'class="bars long"',
	);
	expect(await page({ ...report, plots: { title: 'x', entries: [plot('x'.repeat(24))] } })).not.toContain(
		'class="bars long"',
	);
});

test('the line goes through its points, by their times', async () => {
	const [, points] = /<polyline class="stroke" points="([^"]+)"/.exec(await page()) ?? [];
	expect(points).toBe('0.0,220.0 250.0,0.0 1000.0,110.0');
});

test('the page needs nothing else, and its policy forbids it', async () => {
	const html = await page();
	expect(html).toContain(`content="default-src 'none'; style-src 'unsafe-inline'"`);
	expect(html).not.toMatch(/<script|<link|<img|<iframe|<form|@import|url\(|\bsrc=|\bhref=|https?:|\son\w+=/i);
	expect(html).toMatch(/^<!DOCTYPE html>/);
	expect(html.trim().endsWith('</html>')).toBe(true);
});

test('nothing is empty: no plots, categories, notes or rows', async () => {
	const empty = {
		...report,
		plots: { title: 'None', entries: [] },
		categories: { title: 'Results', entries: [] },
		notes: [],
	};
	const html = await page(empty, []);
	expect(html).not.toContain('<section>');
	expect(html).not.toContain('<table>');
});

const hostile = [
	'<script>x()</script>',
	'"><img src=x onerror=x>',
	"' onmouseover='x()",
	'</style><b>',
	'</title><b>',
	'<!--',
	']]>',
	'&lt;b&gt;',
	'a\u202egnp.exe',
	'line\nend\0',
	'half \ud800',
	'{{ $json }}',
];

test.each(hostile)('%j is only text, wherever it is', async (text) => {
	const everywhere: Report = {
		...{ title: text, verdict: { tone: 'bad', text }, made: hour(1), facts: [[text, text]], rowsTitle: text },
		totals: [{ label: text, value: 1, unit: 'count' }],
		plots: {
			title: text,
			entries: [
				{ kind: 'bars', title: text, unit: 'count', bars: [{ label: text, value: 1, note: text }] },
				{ kind: 'line', title: text, unit: 'count', points: [{ at: hour(1), value: 1 }] },
			],
		},
		categories: { title: text, entries: [{ id: text, label: text, tone: 'bad', count: 1, advice: text }] },
		notes: [{ title: text, lines: [text] }],
	};
	const plainly = (report: Report) =>
		JSON.parse(JSON.stringify(report).replaceAll(JSON.stringify(text), '"text"'), (name, value: unknown) =>
			name === 'made' || name === 'at' ? new Date(String(value)) : value,
		) as Report;
	const rows = (key: string) => [{ category: key, key, detail: key }];
	const tags = (html: string) => html.match(/<[^>]*>/g)?.map((tag) => tag.replace(/aria-label="[^"]*"/, ''));
	const html = await page(everywhere, rows(text));
	expect(tags(html)).toEqual(tags(await page(plainly(everywhere), rows('text'))));
	expect(html.split(escaped(text).replace('\ud800', '\ufffd')).length - 1).toBeGreaterThanOrEqual(16);
	expect(html).not.toMatch(/[\u202e\0]/);
});

test('what is not seen is shown by its code', () => {
	expect(escaped('a\u202eb\nc\u200bd\ufeff')).toBe('a\\u{202e}b\\u{a}c\\u{200b}d\\u{feff}');
	expect(escaped('ü 😀 é')).toBe('ü 😀 é');
});

test('a page stops at 5,000 rows, and asks for no more', async () => {
	let asked = 0;
	function* many() {
		for (;;) yield { category: 'copied', key: `key ${asked++}` };
	}
	const html = await page(report, many());
	expect(html.match(/<tr><td>/g)).toHaveLength(5000);
	expect(html).toContain('This page shows the first 5,000.');
	expect(html).toContain('</html>');
	expect(asked).toBe(5001);
	expect(
		await page(
			report,
			Array.from({ length: 5000 }, (_, key) => ({ category: 'copied', key: `${key}` })),
		),
	).not.toContain('first 5,000');
});

test('rows are streamed: chunks come before the last row is known', async () => {
	let asked = 0;
	function* many() {
		for (; asked < 3000; asked++) yield { category: 'copied', key: `key ${asked}` };
	}
	const chunks = reportPage(report, rowsOf(many()));
	await chunks.next();
	expect(asked).toBeLessThan(1000);
	await chunks.return(undefined);
});

test('CSV has a line a row, with what to do, and no formulas', async () => {
	const rows = [...all, { category: 'denied', key: '=1+1', detail: 'with "quotes", and\nlines' }];
	expect((await collect(reportCsv(report, rowsOf(rows)))).toString()).toBe(
		[
			'\ufeffcategory,key,size,detail,what,advice',
			"denied,a/b.pdf,5,AccessDenied,Access denied,Allow 's3:GetObject'.",
			'unheardOf,c,,,,',
			`denied,"'=1+1",,"with ""quotes"", and\nlines",Access denied,Allow 's3:GetObject'.`,
			'',
		].join('\r\n'),
	);
});

test.each([
	['some rows', all],
	['no rows', []],
])('JSON has all of it, with %s', async (_, rows) => {
	const text = (await collect(reportJson(report, rowsOf(rows)))).toString();
	expect(JSON.parse(text)).toEqual({ ...JSON.parse(JSON.stringify(report)), rows });
});

test.each<[number, Unit, string]>([
	[0, 'count', '0'],
	[1234567, 'count', '1,234,567'],
	[0, 'bytes', '0 B'],
	[1023, 'bytes', '1,023 B'],
	[1024, 'bytes', '1 KiB'],
	[1024 * 1.2345, 'bytes', '1.23 KiB'],
	[1024 ** 2 * 12.34, 'bytes', '12.3 MiB'],
	[1024 ** 4 * 123.4, 'bytes', '123 TiB'],
	[1024 ** 6 * 5, 'bytes', '5,120 PiB'],
	[2048, 'bytesPerSecond', '2 KiB/s'],
	[0, 'hours', 'under 1 min'],
	[0.5, 'hours', '30 min'],
	[1.5, 'hours', '1 h 30 min'],
	[47.99, 'hours', '47 h 59 min'],
	[72, 'hours', '3 days'],
	[0, 'usd', '$0.00'],
	[0.001, 'usd', 'under $0.01'],
	[1234.5, 'usd', '$1,234.50'],
])('%s %s is written %s', (value, unit, expected) => {
	expect(written(value, unit)).toBe(expected);
});
