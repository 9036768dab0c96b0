// The docs site, made of the same files that GitHub shows: `npm run docs` builds it into docs/.vitepress/dist.
import { cpSync, readFileSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitepress';

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const repository = 'https://github.com/n8n-nodes-aws-s3/n8n-nodes-aws-s3';

const titleOf = (page) => /^# (.+)$/m.exec(readFileSync(join(root, `${page}.md`), 'utf8'))?.[1] ?? page;

// Groups that collapse would be buttons with buttons in them, which screen readers cannot tell apart.
const group = (text, pages) => ({
	text,
	items: pages.map((page) => ({ text: titleOf(page), link: `/${page}` })),
});

const inFolder = (folder) =>
	readdirSync(join(root, folder))
		.filter((file) => file.endsWith('.md'))
		.sort()
		.map((file) => `${folder}/${file.replace(/\.md$/, '')}`);

const docs = (...names) => names.map((name) => `docs/${name}`);

/**
 * GitHub chooses a picture by the scheme of the browser; here readers switch it, so both are on the page and style.css
 * hides one. Vite finds files only where their path begins with a dot.
 */
const bothPictures = (text) =>
	text.replace(
		/<picture><source [^>]*srcset="([^"]+)"><img ([^>]*)src="([^"]+)"([^>]*)><\/picture>/g,
		(_, dark, before, light, after) =>
			[
				`<img class="in-light" ${before}src="./${light}"${after}>`,
				`<img class="in-dark" ${before}src="./${dark}"${after}>`,
			].join(''),
	);

/** Anchors as GitHub makes them, so that one link works in both places. */
const slugify = (heading) =>
	heading
		.trim()
		.toLowerCase()
		.replace(/[^\p{L}\p{N} _-]/gu, '')
		.replaceAll(' ', '-');

export default defineConfig({
	title: 'Amazon S3 for n8n',
	description: 'Upload, download, sync, migrate and protect files of any size in Amazon S3 and compatible storage',
	lang: 'en',
	srcDir: '..',
	srcExclude: ['coverage/**', 'dist/**', 'sandbox/**', 'test/**'],
	rewrites: { 'README.md': 'index.md' },
	cleanUrls: true,
	markdown: {
		anchor: { slugify },
		config: (md) => {
			md.core.ruler.before('normalize', 'both-pictures', (state) => {
				state.src = bothPictures(state.src);
			});
			const link = md.renderer.rules.link_open;
			// README.md is the first page of the site.
			md.renderer.rules.link_open = (...args) => link(...args).replace(/(?<=href="[./]*)README(?=[#"])/, '');
			md.core.ruler.push('no-vue-in-code', ({ tokens }) => {
				const inline = tokens.flatMap(({ children }) => children ?? []);
				for (const token of inline.filter(({ type }) => type === 'code_inline')) token.attrSet('v-pre', '');
			});
		},
		// The usual colours of code have too little contrast for WCAG AA.
		theme: { light: 'github-light-high-contrast', dark: 'github-dark-high-contrast' },
	},
	themeConfig: {
		search: { provider: 'local' },
		outline: [2, 3],
		socialLinks: [{ icon: 'github', link: repository, ariaLabel: 'Source code' }],
		nav: [
			{ text: 'Quick start', link: '/docs/quickstart' },
			{ text: 'Operations', link: '/docs/operations' },
			{ text: 'Troubleshooting', link: '/docs/troubleshooting' },
		],
		sidebar: [
			group('Start', docs('quickstart', 'connection', 'recipes', 'moving', 'converting')),
			group('Work', docs('keys', 'transfers', 'protection')),
			group('Trigger', docs('triggers', 'events')),
			group('Move', docs('analyze', 'sync', 'migrate')),
			group('Operations', inFolder('docs/resources')),
			group('Templates', inFolder('docs/templates')),
			group('Look up', docs('operations', 'permissions', 'policies', 'troubleshooting', 'limits')),
			group('Servers', docs('compatibility', 'servers')),
			group('Project', ['bench/RESULTS', 'bench/TRANSFER', 'SECURITY', 'CONTRIBUTING', 'CHANGELOG']),
		],
	},
	// Pages link to the workflows, for users to save, and to a picture too tall for a page.
	buildEnd: ({ outDir }) => {
		for (const path of ['templates', join('docs', 'images', 'before-and-after.png')])
			cpSync(join(root, path), join(outDir, path), { recursive: true });
	},
});
