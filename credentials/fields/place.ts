import type { INodeProperties } from 'n8n-workflow';
import { regions } from './regions';

/** The fields of the region and the bucket. */
export const placeFields: INodeProperties[] = [
	{
		displayName: 'Region',
		name: 'region',
		type: 'options',
		required: true,
		options: [...regions, { name: 'Other (for S3-Compatible Services)', value: 'other' }],
		default: '',
		description: 'Region of your buckets, as shown in the S3 console',
	},
	{
		displayName: 'Region Code',
		name: 'customRegion',
		type: 'string',
		displayOptions: { show: { region: ['other'] } },
		default: '',
		placeholder: 'e.g. auto',
		description: 'Region code that the service expects',
	},
	{
		displayName: 'Bucket',
		name: 'bucket',
		type: 'string',
		default: '',
		placeholder: 'e.g. my-company-backups',
		description: 'Bucket for nodes that name none. The connection test uses it.',
	},
];
