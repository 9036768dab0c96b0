/** A row that cannot be read. */
export interface BrokenRow {
	/** Number of the row from 1, including the header. */
	row: number;
	message: string;
	/** The start of its text. */
	raw: string;
}

/** One row of content: its value, or the reason why it cannot be read. */
export type Row = { value: unknown } | { fault: BrokenRow };

/** In characters: enough of a broken row to find it in the file. */
const rawAtMost = 1000;

/** Creates a broken row. Truncates its text to 1,000 characters. */
export const brokenRow = (row: number, message: string, raw: string): { fault: BrokenRow } => ({
	fault: { row, message, raw: raw.slice(0, rawAtMost) },
});
