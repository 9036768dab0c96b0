// A command of n8n on its server: `node test/support/n8nCommand.mjs <folder of n8n> <arguments...>`, without its server running.
import { command } from '../../sandbox/n8n.mjs';

const [userFolder = '', ...args] = process.argv.slice(2);
const { stdout } = await command({ userFolder, major: Number(process.env.TEST_N8N_MAJOR ?? 2), args });
process.stdout.write(stdout);
