// The server of level `s3`, for the table of all servers.
import { install as installCeph, packages } from '../ceph.mjs';

export { isInstalled, start } from '../ceph.mjs';

export const title = 'Ceph RGW';
export const version = '16.2';
export const takes = '69 MB';

export const install = async () =>
	(await installCeph()) ? undefined : `Ceph's packages (${packages.join(', ')}), which cannot be installed here`;
