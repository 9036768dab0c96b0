/** A row that cannot be read. */
export interface BrokenRow {
	/** Counted from 1, a header included. */
	row: number;
	message: string;
	/** Its beginning, as it stands there. */
	raw: string;
}

/** One row of content: what it says, or why it cannot be read. */
export type Row = { value: unknown } | { fault: BrokenRow };

/** Enough of a broken row to find it again. */
const rawAtMost = 1000;

/** Says of a row that it cannot be read. */
export const brokenRow = (row: number, message: string, raw: string): Row => ({
	fault: { row, message, raw: raw.slice(0, rawAtMost) },
});
