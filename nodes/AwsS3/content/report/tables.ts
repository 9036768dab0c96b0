import Papa from 'papaparse';
import { encoded } from './html';
import type { Report, ReportRow } from './report';

const byId = ({ categories }: Report) => new Map(categories.entries.map((category) => [category.id, category]));

/** A text that begins like a formula gets an apostrophe in front: Excel and others would calculate it. */
const csvLine = (cells: unknown[]) => `${Papa.unparse([cells], { escapeFormulae: true })}\r\n`;

async function* csvLines(report: Report, rows: AsyncIterable<ReportRow>) {
	const categories = byId(report);
	// Without the mark, Excel does not read UTF-8.
	yield `\ufeff${csvLine(['category', 'key', 'size', 'detail', 'what', 'advice'])}`;
	for await (const { category, key, size, detail } of rows) {
		const { label, advice } = categories.get(category) ?? {};
		yield csvLine([category, key, size, detail, label, advice]);
	}
}

/** The rows of a report as CSV, in UTF-8 with a byte order mark. https://www.rfc-editor.org/rfc/rfc4180 */
export const reportCsv = (report: Report, rows: AsyncIterable<ReportRow>): AsyncGenerator<Buffer> =>
	encoded(csvLines(report, rows));

async function* jsonPieces(report: Report, rows: AsyncIterable<ReportRow>) {
	yield `${JSON.stringify(report, undefined, 2).slice(0, -2)},\n  "rows": [`;
	let before = '\n';
	for await (const row of rows) {
		yield `${before}    ${JSON.stringify(row)}`;
		before = ',\n';
	}
	yield before === '\n' ? ']\n}\n' : '\n  ]\n}\n';
}

/** A report with its rows as JSON. */
export const reportJson = (report: Report, rows: AsyncIterable<ReportRow>): AsyncGenerator<Buffer> =>
	encoded(jsonPieces(report, rows));
