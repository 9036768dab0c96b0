import { destinationBucket, destinationFolderModes } from '../../core/objectFields/destination';
import { bucket, folderPath } from '../../core/fields/locators';
import { field } from '../../core/field';

/** Source and destination of a folder. */
export const folderFromTo = [
	field({ ...bucket, displayName: 'Source Bucket', name: 'sourceBucket' }),
	field({ ...folderPath, displayName: 'Source Folder', name: 'sourceFolder' }),
	destinationBucket,
	field({
		...folderPath,
		displayName: 'Destination Folder',
		name: 'destinationFolder',
		modes: [...destinationFolderModes],
		description: 'The path to copy the folder to. Other objects there remain.',
	}),
] as const;

/** The parameters of both folders, used to stop items from replacing each other's objects. */
export const folderPlaces = {
	copiesFrom: { bucket: 'sourceBucket', key: 'sourceFolder', isFolder: true },
	writesTo: { bucket: 'destinationBucket', key: 'destinationFolder', isFolder: true },
} as const;
