import { badInput } from '../errors/badInput';
import { keyFault } from '../../s3/address';

/** A folder in S3 is a prefix that ends in a slash. Throws for a path that no key can begin with. */
export const asFolder = (path: string, label = 'Folder'): string => {
	const folder = path.endsWith('/') ? path : `${path}/`;
	const fault = keyFault(folder);
	if (fault) throw badInput(`'${label}' ${fault}`, 'Enter a shorter path, such as invoices/2026/.');
	return folder;
};
