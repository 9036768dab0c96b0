/** What a number counts, which decides how it is written. */
export type Unit = 'count' | 'bytes' | 'bytesPerSecond' | 'hours' | 'usd';

/** How good something is. It is also said in words, so colors are never needed to understand a page. */
export type Tone = 'good' | 'plain' | 'warning' | 'bad';

export interface Amount {
	label: string;
	value: number;
	unit: Unit;
}

/** Amounts beside each other, in the given order. */
export interface Bars {
	kind: 'bars';
	title: string;
	unit: Unit;
	/** `note` stands behind the value, such as a number of objects behind their bytes. */
	bars: Array<{ label: string; value: number; note?: string }>;
}

/** An amount over time, such as throughput. */
export interface Line {
	kind: 'line';
	title: string;
	unit: Unit;
	/** In the order of time. */
	points: Array<{ at: Date; value: number }>;
}

/** Why or how something ended as it did, such as `copied` or `caseCollision`; rows belong to one. */
export interface Category {
	id: string;
	label: string;
	tone: Tone;
	count: number;
	bytes?: number;
	/** What to do about it. */
	advice?: string;
}

/** What a report says, without its rows. The same model serves analyses and runs. */
export interface Report {
	title: string;
	/** The most important thing, in a sentence. */
	verdict: { tone: Tone; text: string };
	/** When it was made. */
	made: Date;
	/** What it is about, such as bucket and prefix. */
	facts: Array<[label: string, text: string]>;
	totals: Amount[];
	/** The plots under a title, such as "Contents". */
	plots: { title: string; entries: Array<Bars | Line> };
	/** The categories under a title, such as "Hazards" or "Results". */
	categories: { title: string; entries: Category[] };
	/** Sentences under a title, such as the assumptions of an estimate. */
	notes: Array<{ title: string; lines: string[] }>;
	/** The title of the rows, such as "All hazards". */
	rowsTitle: string;
}

/** One object or path of a report. */
export interface ReportRow {
	/** The id of its category. */
	category: string;
	key: string;
	/** In bytes. */
	size?: number;
	detail?: string;
}
