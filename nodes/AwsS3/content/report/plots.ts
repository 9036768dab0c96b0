import { written } from './amounts';
import { escaped } from './html';
import type { Bars, Line } from './report';

/** What is not nothing can be seen. In percent. */
const leastWidth = 0.8;

/** Longer labels, in characters, stand above their bars. */
const longLabel = 24;

/**
 * A plot of bars as a list. Each bar is a separate SVG as wide as the page allows, and the text stays text, so a phone
 * and a screen reader can show it.
 */
const barsOf = ({ title, unit, bars }: Bars) => {
	const most = Math.max(0, ...bars.map(({ value }) => value));
	const widthOf = (value: number) => (value === 0 ? 0 : Math.max(leastWidth, (100 * value) / most));
	const rows = bars.map(
		({ label, value, note = '' }) =>
			`<li><span class="label">${escaped(label)}</span><svg class="bar" aria-hidden="true"><rect class="track" width="100%" height="100%" rx="3"/><rect class="fill" width="${widthOf(value).toFixed(1)}%" height="100%" rx="3"/></svg><span class="value">${escaped(written(value, unit))}</span><span class="note">${escaped(note)}</span></li>`,
	);
	const isLong = bars.some(({ label }) => label.length > longLabel);
	return `<figure><figcaption>${escaped(title)}</figcaption><ol class="bars${isLong ? ' long' : ''}">${rows.join('')}</ol></figure>`;
};

const [width, height] = [1000, 220];

const timeOfDay = (at: Date) => `${at.toISOString().slice(0, 16).replace('T', ' ')} UTC`;

/** A plot of an amount over time, from nothing up to its highest value. */
const lineOf = ({ title, unit, points }: Line) => {
	const [first] = points;
	const last = points.at(-1);
	if (!first || !last) return '';
	const most = Math.max(...points.map(({ value }) => value)) || 1;
	const duration = last.at.getTime() - first.at.getTime() || 1;
	const path = points
		.map(({ at, value }) => {
			const x = ((at.getTime() - first.at.getTime()) / duration) * width;
			return `${x.toFixed(1)},${(height - (value / most) * height).toFixed(1)}`;
		})
		.join(' ');
	return `<figure class="wide"><figcaption>${escaped(title)}</figcaption><p class="most">At most ${escaped(written(most, unit))}</p><svg class="line" viewBox="0 0 ${width} ${height}" preserveAspectRatio="none" role="img" aria-label="${escaped(title)}"><polygon class="area" points="0,${height} ${path} ${width},${height}"/><polyline class="stroke" points="${path}"/></svg><p class="ends"><span>${timeOfDay(first.at)}</span><span>${timeOfDay(last.at)}</span></p></figure>`;
};

/** A plot as HTML; nothing for one without values. */
export const plotted = (plot: Bars | Line): string => {
	if (plot.kind === 'line') return lineOf(plot);
	return plot.bars.length === 0 ? '' : barsOf(plot);
};
