// An n8n for one test, which may kill it: `node test/support/ownN8n.mjs <folder> <port>`. Writes its process and address as JSON.
import { existsSync } from 'node:fs';
import { cp, mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { start } from '../../sandbox/n8n.mjs';

const [userFolder = '', port] = process.argv.slice(2);
const nodes = join(userFolder, '.n8n', 'nodes');
// The package as it is installed in the n8n of the other tests: in `nodes/node_modules/<name>`.
if (!existsSync(nodes)) {
	await mkdir(dirname(nodes), { recursive: true });
	await cp(dirname(dirname(process.env.TEST_PACKAGE ?? '')), nodes, { recursive: true });
}
const major = Number(process.env.TEST_N8N_MAJOR ?? 2);
let hasStarted = false;
// One that ends before it has started is a failure, which `start` shows with its log.
const { pid, url } = await start({
	userFolder,
	port: Number(port),
	major,
	onExit: () => hasStarted && process.exit(0),
});
hasStarted = true;
process.stdout.write(`${JSON.stringify({ pid, url })}\n`);
