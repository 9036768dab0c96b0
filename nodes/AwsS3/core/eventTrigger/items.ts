import type { INodeExecutionData } from 'n8n-workflow';
import type { S3Event } from '../../s3/events/eventNames';

/** The item of an event, without the fields that only the trigger needs. */
export const itemOf = ({ id: _id, opaqueData: _secret, ...event }: S3Event): INodeExecutionData => ({
	json: { ...event, ...(event.previous && { previous: { ...event.previous } }) },
});
