import { written } from './amounts';
import { encoded, escaped } from './html';
import { plotted } from './plots';
import type { Category, Report, ReportRow, Tone } from './report';
import { style } from './style';

/** Browsers take long to show more. */
const maxRows = 5000;

const toneWords: Record<Tone, string> = {
	good: 'Good',
	plain: 'For information',
	warning: 'Check',
	bad: 'Action needed',
};

const factsOf = ({ facts, made }: Report) =>
	[...facts, ['Made', `${made.toISOString().slice(0, 16).replace('T', ' ')} UTC`]]
		.map(([label = '', text = '']) => `<div><dt>${escaped(label)}</dt><dd><bdi>${escaped(text)}</bdi></dd></div>`)
		.join('');

const totalsOf = ({ totals }: Report) =>
	totals
		.map(({ label, value, unit }) => `<div><dt>${escaped(label)}</dt><dd>${escaped(written(value, unit))}</dd></div>`)
		.join('');

const cardOf = ({ label, tone, count, bytes, advice }: Category) =>
	[
		`<article class="card ${tone}"><h3>${escaped(label)}</h3>`,
		`<span class="count">${written(count, 'count')}${bytes === undefined ? '' : ` · ${written(bytes, 'bytes')}`}</span>`,
		`<span class="tone">${toneWords[tone]}</span>`,
		advice === undefined ? '' : `<p>${escaped(advice)}</p>`,
		'</article>',
	].join('');

const section = (title: string, content: string) =>
	content === '' ? '' : `<section><h2>${escaped(title)}</h2>${content}</section>\n`;

const headOf = (report: Report) => {
	const { title, verdict, categories, plots } = report;
	const cards = categories.entries.map(cardOf).join('');
	const figures = plots.entries.map(plotted).join('');
	return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${escaped(title)}</title>
<style>${style}</style>
</head>
<body>
<main>
<h1>${escaped(title)}</h1>
<dl class="facts">${factsOf(report)}</dl>
<p class="verdict ${verdict.tone}">${escaped(verdict.text)}</p>
<dl class="totals">${totalsOf(report)}</dl>
${section(categories.title, cards && `<div class="cards">${cards}</div>`)}${section(plots.title, figures && `<div class="plots">${figures}</div>`)}`;
};

const rowOf = ({ category, key, size, detail = '' }: ReportRow, labels: Map<string, string>) =>
	`<tr><td>${escaped(labels.get(category) ?? category)}</td><td class="key"><bdi>${escaped(key)}</bdi></td><td class="size">${size === undefined ? '' : escaped(written(size, 'bytes'))}</td><td><bdi>${escaped(detail)}</bdi></td></tr>\n`;

const tableHead =
	'<table><thead><tr><th>What</th><th>Key</th><th class="size">Size</th><th>Detail</th></tr></thead><tbody>\n';

async function* tableOf({ categories, rowsTitle }: Report, rows: AsyncIterable<ReportRow>) {
	const labels = new Map(categories.entries.map(({ id, label }) => [id, label]));
	let count = 0;
	for await (const row of rows) {
		if (count === 0) yield `<section><h2>${escaped(rowsTitle)}</h2>${tableHead}`;
		if (count === maxRows) {
			yield `</tbody></table><p class="more">This page shows the first ${maxRows.toLocaleString('en')}. A CSV or JSON report has more.</p></section>\n`;
			return;
		}
		count++;
		yield rowOf(row, labels);
	}
	if (count > 0) yield '</tbody></table></section>\n';
}

async function* piecesOf(report: Report, rows: AsyncIterable<ReportRow>) {
	yield headOf(report);
	yield* tableOf(report, rows);
	for (const { title, lines } of report.notes)
		yield section(title, `<ul>${lines.map((line) => `<li>${escaped(line)}</li>`).join('')}</ul>`);
	yield '</main>\n</body>\n</html>\n';
}

/**
 * A report as one HTML page that needs nothing else: no script, no request, in UTF-8. Its policy forbids both, and all text is
 * escaped, whatever the keys are. Shows the first 5,000 rows.
 */
export const reportPage = (report: Report, rows: AsyncIterable<ReportRow>): AsyncGenerator<Buffer> =>
	encoded(piecesOf(report, rows));
