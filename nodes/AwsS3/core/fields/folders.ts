import { badInput } from '../errors/badInput';
import { keyFault } from '../../s3/address';

/** A path with the slash at its end that makes it a folder. */
export const withSlash = (path: string): string => (path.endsWith('/') ? path : `${path}/`);

/** Adds the slash with which the prefix of a folder ends. Throws for a path that is not valid in a key. */
export const asFolder = (path: string, label = 'Folder'): string => {
	const folder = withSlash(path);
	const fault = keyFault(folder);
	if (fault) throw badInput(`'${label}' ${fault}`, 'Enter a shorter path, such as invoices/2026/.');
	return folder;
};
