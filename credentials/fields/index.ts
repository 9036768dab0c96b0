import type { INodeProperties } from 'n8n-workflow';
import { advancedFields } from './advanced';
import { defaultFields } from './defaults';
import { identityFields } from './identity';
import { placeFields } from './place';
import { serviceFields } from './service';
import { temporaryKeyFields } from './temporaryKeys';

/** Returns the fields of a credential: those that every user needs, then the groups. `access` is the default of the test. */
export const fieldsOf = (access: 'list' | 'write'): INodeProperties[] => [
	...identityFields,
	...placeFields,
	...temporaryKeyFields,
	...serviceFields,
	...defaultFields,
	...advancedFields(access),
];
