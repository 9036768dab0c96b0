/** The style of the page: light and dark, one column on a phone, and without shadows on paper. */
export const style = `
:root{color-scheme:light dark;--page:#f4f5f7;--card:#fff;--text:#1c2430;--soft:#5b6676;--line:#dde1e7;--track:#edf0f4;--fill:#2f6fd6;--good:#1a7f4b;--warning:#9a6200;--bad:#c0322b;--plain:#5b6676}
@media (prefers-color-scheme:dark){:root{--page:#12161c;--card:#1b2129;--text:#e6eaf0;--soft:#9aa6b5;--line:#2e3742;--track:#28303a;--fill:#6ea6ff;--good:#5cc98f;--warning:#e6b04c;--bad:#ff8078;--plain:#9aa6b5}}
*{box-sizing:border-box}
body{margin:0;background:var(--page);color:var(--text);font:15px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif;overflow-wrap:anywhere}
main{max-width:1080px;margin:0 auto;padding:32px 24px 48px}
h1{font-size:28px;line-height:1.2;margin:0 0 12px}
h2{font-size:19px;margin:36px 0 12px}
.facts{display:flex;flex-wrap:wrap;gap:4px 28px;margin:0 0 20px;color:var(--soft)}
.facts div{display:flex;gap:6px}.facts dt::after{content:":"}.facts dd{margin:0;color:var(--text)}
.verdict,figure,.card{background:var(--card);border:1px solid var(--line);border-radius:10px}
.verdict{padding:14px 18px;border-left:5px solid var(--tone);font-size:17px;margin:0 0 20px}
.totals{display:grid;grid-template-columns:repeat(4,minmax(0,1fr));gap:12px;margin:0}
.totals div{background:var(--card);border:1px solid var(--line);border-radius:10px;padding:12px 16px}
.totals dt{color:var(--soft);font-size:13px}.totals dd{margin:2px 0 0;font-size:22px;font-weight:600;line-height:1.25}
.plots{columns:2;column-gap:12px}
figure{margin:0 0 12px;padding:14px 18px;break-inside:avoid}figure.wide{column-span:all}
figcaption{font-weight:600;margin-bottom:8px}
.bars{list-style:none;margin:0;padding:0}
.bars li{display:grid;grid-template-columns:minmax(90px,26%) 1fr auto;gap:2px 10px;align-items:center;padding:3px 0;font-size:13.5px}
.bars .label{color:var(--text)}.bars .value{font-variant-numeric:tabular-nums;text-align:right;min-width:76px}
.bars .note{grid-column:2/-1;color:var(--soft);font-size:12px;text-align:right;margin-top:-4px}.bars .note:empty{display:none}
.bars.long .label{grid-column:1/-1}.bars.long li{grid-template-columns:1fr auto}.bars.long .note{grid-column:1/-1}
.bar{width:100%;height:12px;display:block}.track{fill:var(--track)}.fill{fill:var(--fill)}
.line{width:100%;height:180px;display:block}.stroke{fill:none;stroke:var(--fill);stroke-width:2;vector-effect:non-scaling-stroke}.area{fill:var(--fill);opacity:.16}
.most{margin:0 0 4px;color:var(--soft);font-size:12px}.ends{display:flex;justify-content:space-between;gap:12px;margin:4px 0 0;color:var(--soft);font-size:12px}
.cards{display:grid;gap:10px}
.card{padding:12px 18px;border-left:5px solid var(--tone);display:grid;grid-template-columns:1fr auto;gap:2px 16px}
.card h3{font-size:16px;margin:0}.card .count{font-weight:600;font-variant-numeric:tabular-nums;text-align:right}
.card p{margin:0;grid-column:1/-1;color:var(--soft)}
.tone{color:var(--tone);font-size:12.5px;font-weight:600}
.good{--tone:var(--good)}.plain{--tone:var(--plain)}.warning{--tone:var(--warning)}.bad{--tone:var(--bad)}
table{border-collapse:collapse;width:100%;table-layout:fixed;background:var(--card);border:1px solid var(--line);font-size:13.5px}
th,td{text-align:left;vertical-align:top;padding:7px 12px;border-top:1px solid var(--line)}
th{color:var(--soft);font-weight:600;border-top:0}th:first-child{width:24%}th.size{width:10%}th:last-child{width:27%}td.size,th.size{text-align:right}
td.key{font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;font-size:12.5px;white-space:pre-wrap}
ul{margin:0;padding-left:20px;color:var(--soft)}
.more{color:var(--soft)}
@media (max-width:720px){main{padding:20px 14px 32px}h1{font-size:23px}.plots{columns:1}.totals{grid-template-columns:repeat(2,minmax(0,1fr))}.totals dd{font-size:19px}
.bars:not(.long) li{grid-template-columns:minmax(84px,32%) 1fr auto;gap:2px 8px}
table,tbody,tr,td{display:block;border:0}thead{display:none}table{background:none}tr{background:var(--card);border:1px solid var(--line);border-radius:8px;padding:8px 12px;margin-bottom:8px}td{padding:1px 0}td.size{text-align:left;color:var(--soft)}td:empty{display:none}}
@media print{:root{color-scheme:light;--page:#fff;--card:#fff;--text:#000;--soft:#444;--line:#bbb;--track:#eee;--fill:#2f6fd6;--good:#1a7f4b;--warning:#9a6200;--bad:#c0322b;--plain:#444}body{font-size:11pt}main{max-width:none;padding:0}figure,.card,.totals div,tr{break-inside:avoid}svg{print-color-adjust:exact;-webkit-print-color-adjust:exact}}
`.trim();
