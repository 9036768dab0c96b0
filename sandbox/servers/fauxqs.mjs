// https://www.npmjs.com/package/fauxqs
import { start as startFauxqs } from '../fauxqs.mjs';
import { install as installSandbox, isInstalled as isSandboxInstalled } from '../n8n.mjs';

export const title = 'fauxqs';
export const version = '2.4.1';
export const takes = '5 minutes, with n8n';

export const isInstalled = async () => isSandboxInstalled(2);
export const install = async () => {
	await installSandbox();
	return undefined;
};

export const start = async (where) => ({
	...(await startFauxqs(where)),
	// It takes any keys. Its own secret is a word that messages contain, and no message shows a secret.
	accessKeyId: 'owner',
	secretAccessKey: 'owner-secret',
});
