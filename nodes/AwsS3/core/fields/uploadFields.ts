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
		description: "The ID from the output of 'Create' or 'Get Many'",
	}),
] as const;

export const partNumber = field({
	displayName: 'Part Number',
	name: 'partNumber',
	type: 'number',
	typeOptions: { minValue: 1, maxValue: maxParts, numberPrecision: 0 },
	default: 1,
	description: 'The position of the part, from 1 to 10,000. Replaces an uploaded part with the same number.',
});
