/** What a column of text may hold. */
export type ColumnType = 'number' | 'boolean' | 'date';

/** A value of one of these types; undefined for text that would lose something. */
type Reader = (text: string) => number | boolean | string | undefined;

const plainNumber = /^-?(?:0|[1-9]\d*)?(?:\.\d+)?$/;

/** A double holds each decimal number of up to this many digits exactly. https://en.wikipedia.org/wiki/IEEE_754 */
const safeDigits = 15;

/** No leading zero, plus sign, exponent, grouping or decimal comma: those are codes, or depend on the language. */
const numberOf: Reader = (text) => {
	const digits = text.replace(/\D/g, '').length;
	if (digits === 0 || !plainNumber.test(text)) return undefined;
	const value = Number(text);
	// JSON has no -0.
	if (Object.is(value, -0)) return undefined;
	return digits <= safeDigits || (text.includes('.') && String(value) === text) ? value : undefined;
};

const booleanOf: Reader = (text) => {
	const lower = text.toLowerCase();
	return lower === 'true' || (lower === 'false' ? false : undefined);
};

const dateTime =
	/^(\d{4})([-/])(\d\d)\2(\d\d)(?:[T ]((?:[01]\d|2[0-3]):[0-5]\d(?::[0-5]\d(?:\.\d{1,9})?)?) ?(Z|UTC|[+-]\d\d(?::?\d\d)?)?)?$/;

const isDay = (year: string, month: string, day: string) => {
	const text = `${year}-${month}-${day}`;
	const date = new Date(`${text}T00:00:00Z`);
	return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text);
};

const offsetOf = (zone: string) => {
	if (zone === '' || zone === 'Z') return zone;
	return zone === 'UTC' ? 'Z' : `${zone.slice(0, 3)}:${zone.slice(3).replace(':', '') || '00'}`;
};

/**
 * A date as text of ISO 8601, which n8n and JSON take as a date. Keeps its digits and its offset: a date without an offset
 * gets none. Dates that begin with the day or the month are ambiguous, so they stay text.
 */
const dateOf: Reader = (text) => {
	const [, year = '', , month = '', day = '', time = '', zone = ''] = dateTime.exec(text) ?? [];
	if (!isDay(year, month, day)) return undefined;
	return `${year}-${month}-${day}${time === '' ? '' : `T${time}${offsetOf(zone)}`}`;
};

/** How to read a value of each type. */
export const readers: Record<ColumnType, Reader> = { number: numberOf, boolean: booleanOf, date: dateOf };

/**
 * Whether numbers are rather labels, such as the versions 1.9 and 1.10: they end in zeros, but not because all have the same
 * number of decimals.
 */
export const areLabels = (texts: string[]): boolean => {
	const decimals = texts.flatMap((text) => text.split('.').slice(1));
	return decimals.some((text) => text.endsWith('0')) && new Set(decimals.map(({ length }) => length)).size > 1;
};
