const style = `
body { margin: 0; padding: 24px; width: 1232px; background: #fff; color: #222; font: 16px/1.35 system-ui, sans-serif }
table { border-collapse: collapse; table-layout: fixed; width: 100% }
th { text-align: left; padding: 0 12px 8px; font-weight: 600 }
td { border-top: 1px solid #ddd; padding: 12px; vertical-align: top }
td:first-child { padding-left: 0 }
img { display: block; max-width: 100%; border: 1px solid #ddd; border-radius: 4px }`;

const asText = (words) => words.replaceAll('&', '&amp;').replaceAll('<', '&lt;');

const cell = (picture) => `<td><img alt="" src="data:image/png;base64,${picture.toString('base64')}"></td>`;

/** Returns a page with a row for each `{ what, pictures }`, under the titles of the columns of pictures. */
export const sideBySide = (titles, rows) => `<!doctype html><meta charset="utf-8"><style>${style}</style>
<table><colgroup><col style="width: 200px"></colgroup>
<tr><th></th>${titles.map((title) => `<th>${asText(title)}</th>`).join('')}</tr>
${rows.map(({ what, pictures }) => `<tr><td>${asText(what)}</td>${pictures.map(cell).join('')}</tr>`).join('\n')}
</table>`;
