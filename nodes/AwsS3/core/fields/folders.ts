import { badInput } from '../errors/badInput';
import { keyFault } from '../../s3/address';

/** Adds the slash with which the prefix of a folder ends. Throws for a path that is not valid in a key. */
export const asFolder = (path: string, label = 'Folder'): string => {
	const folder = path.endsWith('/') ? path : `${path}/`;
	const fault = keyFault(folder);
	if (fault) throw badInput(`'${label}' ${fault}`, 'Enter a shorter path, such as invoices/2026/.');
	return folder;
};
