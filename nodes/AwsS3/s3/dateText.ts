const iso = /^(\d{4})-(\d{2})(?:-(\d{2})(?:[T ]\d{2}.*)?)?$/;

/** As HTTP, mails and JavaScript write a date: `Thu, 26 Nov 2026 16:37:29 GMT`, `Thu Nov 26 2026 16:37:29 GMT+0000`. */
const withMonthName = /^(?:[A-Z][a-z]{2},? )?(?:\d{1,2} [A-Z][a-z]{2}|[A-Z][a-z]{2} \d{1,2}) \d{4} \d{2}:\d{2}/;

/** Milliseconds since 1970, from 1973 on: smaller numbers are rather a count, a year or seconds. */
const firstMillisecond = 1e11;

/**
 * Whether text or a number is a date and cannot be anything else: neither `5` nor `item 7`, nor `11/12/2026`, whose month
 * depends on the reader, nor the 31st of February. Parsers take all of these.
 */
export const isDate = (value: string | number): boolean => {
	if (typeof value === 'number') return value >= firstMillisecond;
	const [, year = '', month = '', day = '01'] = iso.exec(value) ?? [];
	if (year === '') return withMonthName.test(value);
	const date = new Date(Date.UTC(Number(year), Number(month) - 1, Number(day)));
	return date.getUTCMonth() === Number(month) - 1 && date.getUTCDate() === Number(day);
};
