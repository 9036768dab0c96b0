import type { IPollFunctions } from 'n8n-workflow';
import type { Connection } from '../../s3/client/client';
import { triggerParametersOf } from '../fields/parameters';
import type { AnyParams } from '../field';
import type { TriggerParams } from './triggerFields';
import { triggerFields } from './triggerFields';

/** Whether parameters are those of the fields of the trigger: the reader has converted each by its field. */
const isTriggerParams = (params: AnyParams): params is AnyParams & TriggerParams =>
	triggerFields.every((one) => 'displayOptions' in one || Object.hasOwn(params, one.name));

/** Reads and checks the parameters of the trigger. */
export const readTriggerParams = (n8n: IPollFunctions, connection: Connection): TriggerParams => {
	const params = triggerParametersOf(n8n, [...triggerFields], connection);
	if (!isTriggerParams(params)) throw new Error('A trigger parameter has an unexpected type');
	return params;
};
