import { maxParts } from '../../s3/parts/partSize';
import { newKey } from './locators';
import { field } from '../field';

/** The fields that identify a multipart upload. */
export const uploadFields = [
	newKey,
	field({
		displayName: 'Upload ID',
		name: 'uploadId',
		type: 'string',
		required: true,
		default: '',
		description: "As the operation 'Create' or 'Get Many' gives it",
	}),
] as const;

export const partNumber = field({
	displayName: 'Part Number',
	name: 'partNumber',
	type: 'number',
	typeOptions: { minValue: 1, maxValue: maxParts, numberPrecision: 0 },
	default: 1,
	description: 'The place of the part in the object, from 1 to 10,000. One of the same number is replaced.',
});
