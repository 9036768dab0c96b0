import { explain } from '../../../core/errors/explain';
import { reportName, storeReport } from '../../../core/io/reports';
import type { ReportFormat } from '../../../core/io/reports';
import { binaryFields } from '../../../core/operation';
import type { Context, Output } from '../../../core/operation';
import type { Side } from '../../../s3/pairs/sides';
import type { Finding, VerifyBy } from '../../../s3/sync/verify';
import { verifyRecorder } from './verifyReport';

const names: Record<VerifyBy, string> = { checksum: 'Checksum', content: 'Content', etag: 'ETag', size: 'Size' };

interface Chosen {
	compare: VerifyBy;
	options: { report?: ReportFormat | 'none' };
}

/** Starts the report of a comparison; undefined if none is requested. Close it, however the comparison ends. */
export const verifyReporting = (
	{ n8n, signal }: Pick<Context, 'n8n' | 'signal'>,
	{ from, to }: { from: Side; to: Side },
	{ compare, options: { report: format = 'none' } }: Chosen,
) => {
	if (format === 'none') return undefined;
	const recorder = verifyRecorder({ prefix: from.prefix, destinationPrefix: to.prefix }, new Date());
	const permissions = [{ action: 's3:GetObject', on: 'object' as const }];

	const wordsOf = ({ key, source, failure }: Finding) => {
		if (!failure) return undefined;
		const attempt = {
			connection: from.s3.connection,
			permissions,
			bucket: from.bucket,
			key: from.prefix + (source?.from?.key ?? key),
		};
		const { message, description } = explain(failure, attempt);
		return `${message}. ${description}`;
	};

	return {
		add: (finding: Finding) => recorder.add(finding, wordsOf(finding)),
		/** The binary field with the report. */
		binary: async (): Promise<Output> => {
			const made = new Date();
			const facts: Array<[string, string]> = [
				['Source', from.bucket === '' ? 'Items' : `${from.bucket}/${from.prefix}`],
				['Destination', `${to.bucket}/${to.prefix}`],
				['Compared by', names[compare]],
			];
			const recorded = recorder.report({ title: `Comparison of ${from.bucket || to.bucket}`, facts }, made);
			const name = reportName('verify', from.bucket || to.bucket, made);
			return { [binaryFields]: { report: await storeReport({ n8n, signal }, format, { name, ...recorded }) } };
		},
		close: recorder.close,
	};
};
