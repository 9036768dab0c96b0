// https://www.npmjs.com/package/fauxqs
import { install as installSandbox, isInstalled as isSandboxInstalled } from '../n8n.mjs';

export { start } from '../fauxqs.mjs';

export const title = 'fauxqs';
export const version = '2.4.1';
export const takes = '5 minutes, with n8n';

export const isInstalled = async () => isSandboxInstalled(2);
export const install = async () => {
	await installSandbox();
	return undefined;
};
