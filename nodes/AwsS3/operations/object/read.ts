import { badInput } from '../../core/errors/badInput';
import { bucket, key } from '../../core/fields/locators';
import { limit, returnAll } from '../../core/fields/paging';
import { memory, options } from '../../core/fields/options';
import { operation } from '../../core/operation';
import { contentInput, contentOptions, readPermissions } from '../../core/objectFields/readOptions';
import { asObject, format, formatOf, formatOptions, rowsOf } from '../../core/io/formats';
import { decoded } from '../../content/decode';
import { inflated } from '../../content/inflate';
import type { BrokenRow } from '../../content/row';
import { progressiveRead } from '../../s3/read/progressiveRead';
import { download } from '../../s3/read/download';

/** The maximum of invalid rows named in the hint. */
const maxNamed = 5;

const describeRow = ({ row, message }: BrokenRow) => `row ${row}: ${message}`;

const brokenRowError = (fault: BrokenRow, key: string) =>
	badInput(
		`Cannot read '${key}', ${describeRow(fault)}`,
		`The row is: ${fault.raw}. Check 'Format', and 'Delimiter' and 'Quote' in 'Options', or skip such rows with 'Invalid Rows'.`,
	);

const skippedRowsHint = (skipped: BrokenRow[], key: string) => {
	const more = skipped.length > maxNamed ? `; and ${skipped.length - maxNamed} more` : '';
	return `Skipped ${skipped.length} invalid rows of '${key}': ${skipped.slice(0, maxNamed).map(describeRow).join('; ')}${more}.`;
};

export default operation({
	resource: 'object',
	operation: 'read',
	name: 'Read',
	action: 'Read rows from a CSV or JSON file',
	description: "Read an object's content as items: rows of CSV, JSON or JSON Lines, lines, or text",
	fields: [bucket, key, format, returnAll, limit, options(...formatOptions, ...contentOptions, memory)],
	permissions: [...readPermissions],
	effect: 'read',
	async *execute({ s3, params, hint, budget }) {
		const { bucket: Bucket, key: Key, options: chosen } = params;
		const input = contentInput(Bucket, Key, chosen);
		const parse = rowsOf(formatOf(params.format, Key), chosen);
		const readsBeginning = !params.returnAll && input.Range === undefined;
		const { body, ContentEncoding } = await (readsBeginning
			? progressiveRead(s3, input)
			: download(s3, input, { budget }));
		const text = decoded(inflated(body, ContentEncoding), chosen.encoding ?? '', (encoding) =>
			hint(`Part of '${Key}' is not valid ${encoding} text. Choose another 'Encoding' in 'Options'.`),
		);
		let remaining = params.returnAll ? Infinity : (params.limit ?? Infinity);
		let rowCount = 0;
		const skipped: BrokenRow[] = [];
		for await (const row of parse(text)) {
			rowCount++;
			if ('fault' in row && chosen.brokenRows === 'skip') {
				skipped.push(row.fault);
				continue;
			}
			if ('fault' in row && chosen.brokenRows !== 'field') throw brokenRowError(row.fault, Key);
			yield 'fault' in row ? { error: row.fault } : asObject(row.value);
			// Leaving the loop closes the body and ends the download.
			if (--remaining > 0) continue;
			hint(
				`'${Key}' may have more rows: reading stopped at 'Limit' (${params.limit}). Turn on 'Return All' to read all.`,
			);
			break;
		}
		if (rowCount === 0 && chosen.path)
			hint(`Found nothing at the path '${chosen.path}' in '${Key}'. Check 'Path' in 'Options'.`);
		if (skipped.length > 0) hint(skippedRowsHint(skipped, Key));
	},
});
