import { badInput } from '../errors/badInput';
import { keyFault } from '../../s3/address';

/** A path ending with a slash. */
export const withSlash = (path: string): string => (path.endsWith('/') ? path : `${path}/`);

/** Adds the trailing slash of a folder. Throws for a path that is not valid in a key. */
export const asFolder = (path: string, label = 'Folder'): string => {
	const folder = withSlash(path);
	const fault = keyFault(folder);
	if (fault) throw badInput(`'${label}' ${fault}`, 'Enter a shorter path, such as invoices/2026/.');
	return folder;
};
