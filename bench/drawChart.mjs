// Draws docs/bench.svg again from what was measured before: node bench/drawChart.mjs
import { readFileSync, writeFileSync } from 'node:fs';
import { chart } from './chart.mjs';
import { inProject } from './results.mjs';

const rows = JSON.parse(readFileSync(inProject('bench/results.json'), 'utf8'));
writeFileSync(inProject('docs/bench.svg'), chart(rows, readFileSync(inProject('bench/RESULTS.md'), 'utf8')));
