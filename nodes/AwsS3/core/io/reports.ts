import type { IBinaryData, IExecuteFunctions } from 'n8n-workflow';
import { reportPage } from '../../content/report/page';
import type { Report, ReportRow } from '../../content/report/report';
import { reportCsv, reportJson } from '../../content/report/tables';
import { field } from '../field';
import { storeBinary } from './binary';

/** The option for a report as a file. */
export const reportOption = field({
	displayName: 'Report',
	name: 'report',
	type: 'options',
	options: [
		{ name: 'CSV', value: 'csv', description: 'One row per object that needs attention' },
		{ name: 'HTML', value: 'html', description: 'A self-contained page to read, email or print' },
		{ name: 'JSON', value: 'json', description: 'All data, for programs' },
		{ name: 'None', value: 'none' },
	],
	default: 'html',
	description: "Adds a report as a file in the binary field 'report'",
});

const formats = {
	html: { write: reportPage, extension: 'html', mimeType: 'text/html' },
	csv: { write: reportCsv, extension: 'csv', mimeType: 'text/csv' },
	json: { write: reportJson, extension: 'json', mimeType: 'application/json' },
};

export type ReportFormat = keyof typeof formats;

/** The name of the file of a report, without characters that file systems reject. */
export const reportName = (what: string, bucket: string, made: Date): string =>
	`${what}-${bucket.replace(/[^\w.-]+/g, '-')}-${made.toISOString().slice(0, 10)}`;

/** Writes a report and gives it to n8n as a file, streamed. */
export const storeReport = async (
	{ n8n, signal }: { n8n: IExecuteFunctions; signal: AbortSignal },
	format: ReportFormat,
	{ name, report, rows }: { name: string; report: Report; rows: AsyncIterable<ReportRow> },
): Promise<IBinaryData> => {
	const { write, extension, mimeType } = formats[format];
	return await storeBinary(n8n, { body: write(report, rows), key: `${name}.${extension}`, mimeType, signal });
};
