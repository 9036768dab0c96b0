// Draws docs/bench.svg: seconds of four works, each in a panel of its own. By hand, because Vega knows no colours that depend on
// the reader's scheme.
import { median } from './median.mjs';

/** The works, with S3 on the same machine, in the order of the panels. */
const panels = [
	['upload 1000 files of 1 KiB', 'Upload 1,000 files of 1 KiB'],
	['download 1000 files of 1 KiB', 'Download 1,000 files of 1 KiB'],
	['upload 512 MiB', 'Upload 512 MiB'],
	['download 512 MiB', 'Download 512 MiB'],
];

/** Who did them, and their names for readers. */
const contenders = [
	['this node', 'This node'],
	['built-in node', "n8n's AWS S3 node"],
	['rclone', 'rclone'],
	['curl', 'curl'],
];

const style = `
text{font:13px system-ui,-apple-system,"Segoe UI",Roboto,Arial,sans-serif;fill:#1c2430}
.title{font-weight:600;font-size:15px}.soft{fill:#5b6676;font-size:12px}.own{font-weight:600}
.page{fill:#fff}.bar{fill:#a9b4c2}.bar.own{fill:#2f6fd6}
@media (prefers-color-scheme:dark){text{fill:#e6eaf0}.soft{fill:#9aa6b5}.page{fill:#12161c}.bar{fill:#566273}.bar.own{fill:#6ea6ff}}
`;

const [width, panelWidth, panelHeight, rowHeight] = [820, 380, 150, 26];
const [left, labelWidth, valueWidth] = [24, 136, 56];
const barWidth = panelWidth - labelWidth - valueWidth;
const height = 2 * panelHeight + 72;

const escaped = (text) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');

const timesOf = (rows, work, who) =>
	rows.filter((row) => row.work === work && row.at === 0 && row.who === who).map(({ ms }) => ms);

/** The contenders of a work and their seconds. */
const measured = (rows, work) =>
	contenders.flatMap(([who, name]) => {
		const times = timesOf(rows, work, who);
		return times.length > 0 ? [{ who, name, seconds: median(times) / 1000, runs: times.length }] : [];
	});

const bar = ({ who, name, seconds }, most, index) => {
	const y = 40 + index * rowHeight;
	const own = who === 'this node' ? ' own' : '';
	const length = ((seconds / most) * barWidth).toFixed(1);
	const end = (labelWidth + Number(length) + 6).toFixed(1);
	return `<text class="label${own}" x="0" y="${y}">${escaped(name)}</text><rect class="bar${own}" x="${labelWidth}" y="${y - 12}" width="${length}" height="15" rx="2"/><text class="value${own}" x="${end}" y="${y}">${seconds.toFixed(2)} s</text>`;
};

const panel = (rows, [work, title], index) => {
	const bars = measured(rows, work);
	const most = Math.max(...bars.map(({ seconds }) => seconds));
	const [x, y] = [left + (index % 2) * (panelWidth + 12), 20 + Math.floor(index / 2) * panelHeight];
	const drawn = bars.map((one, row) => bar(one, most, row)).join('\n');
	return `<g transform="translate(${x},${y})"><text class="title" x="0" y="12">${title}</text>\n${drawn}</g>`;
};

/** The same in words, for readers who do not see it. */
const inWords = (rows) =>
	panels.map(
		([work, title]) =>
			`${title}: ${measured(rows, work)
				.map(({ name, seconds }) => `${name} ${seconds.toFixed(2)} s`)
				.join(', ')}.`,
	);

const fewestRuns = (rows) => Math.min(...panels.flatMap(([work]) => measured(rows, work).map(({ runs }) => runs)));

/** The machine and its software, in the words of bench/RESULTS.md. */
const machineIn = (about) => /Written .+? on the same machine/.exec(about)?.[0].replace('Written', 'Measured') ?? '';

/** Returns the chart as SVG. `about` is the text that RESULTS.md begins with. */
export const chart = (
	rows,
	about,
) => `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-labelledby="title words">
<title id="title">Seconds, less is better</title>
<desc id="words">${escaped(inWords(rows).join(' '))}</desc>
<style>${style}</style>
<rect class="page" width="${width}" height="${height}" rx="8"/>
${panels.map((one, index) => panel(rows, one, index)).join('\n')}
<text class="soft" x="${left}" y="${height - 38}">Seconds, less is better. Medians of ${fewestRuns(rows)} runs or more. Each panel has a scale of its own.</text>
<text class="soft" x="${left}" y="${height - 18}">${escaped(machineIn(about))}.</text>
</svg>
`;
