// The user's cache folder, which all clones share.
import { mkdir } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** The folder that everything is in which is installed once. */
export const cache = () => join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'n8n-nodes-aws-s3');

/** A folder under the cache. */
export const folderFor = async (name) => {
	const folder = join(cache(), name);
	await mkdir(folder, { recursive: true });
	return folder;
};
