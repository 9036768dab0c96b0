// `node bench/face.mjs COMMIT`: what a person sees of the node in n8n's editor, at an earlier commit and in this tree. Each is
// packed into an n8n of its own, both use the same Ceph RGW. Writes one picture with both, point by point, for the docs.
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openBrowser, signInAt } from '../sandbox/browser.cjs';
import * as ceph from '../sandbox/ceph.mjs';
import { saveWorkflow } from '../sandbox/rest.cjs';
import { fill } from '../sandbox/samples.mjs';
import { lookAt, points } from './facePoints.mjs';
import { packCommit } from './packCommit.mjs';
import { startPlace } from './place.mjs';
import { sideBySide } from './sideBySide.mjs';

const [commit] = process.argv.slice(2);
if (!commit) throw new Error('Name a commit: node bench/face.mjs COMMIT');

const file = join(dirname(dirname(fileURLToPath(import.meta.url))), 'docs', 'images', 'before-and-after.png');
const scratch = mkdtempSync(join(tmpdir(), 'face-'));

/** The pictures of all points in an n8n that has this tree's package, or a given one. */
const picturesOf = async (name, given) => {
	const folder = join(scratch, name);
	mkdirSync(folder);
	const { server, url, call, save, stop } = await startPlace(folder, {}, given);
	try {
		const { endpoint, region, accessKeyId, secretAccessKey } = server;
		const keys = { endpoint, region, accessKeyId, secretAccessKey, forcePathStyle: true };
		const credential = await save('awsS3Api', keys);
		const { context, page } = await signInAt(url, join(folder, 'chromium'));
		const pictures = await lookAt(page, {
			...{ url, credential },
			save: async (workflow) => await saveWorkflow(call, workflow),
		});
		await context.close();
		return pictures;
	} finally {
		await stop();
	}
};

/** Takes a picture of a whole page of HTML. */
const takePage = async (html, path) => {
	const { context, page } = await openBrowser(join(scratch, 'chromium'));
	await page.setContent(html);
	await page.screenshot({ path, fullPage: true });
	await context.close();
};

const server = await ceph.start({ folder: join(scratch, 'ceph') });
try {
	await fill(server);
	const before = await picturesOf('before', { server, tarball: await packCommit(commit, scratch) });
	const after = await picturesOf('after', { server });
	const rows = points.map(({ what }, index) => ({ what, pictures: [before[index], after[index]] }));
	await takePage(sideBySide(['Before', 'After'], rows), file);
	console.log(file);
} finally {
	await server.stop();
	rmSync(scratch, { recursive: true, force: true });
}
