import { group } from './group';

/** The switch for temporary keys, and their field. */
export const temporaryKeyFields = group(
	{
		displayName: 'Temporary Keys',
		name: 'showTemporaryKeys',
		type: 'boolean',
		noDataExpression: true,
		displayOptions: { hide: { authentication: ['machineRole'] } },
		default: false,
		description: 'Whether to show the field for the session token of temporary keys',
	},
	[
		{
			displayName: 'Session Token',
			name: 'sessionToken',
			type: 'string',
			typeOptions: { password: true },
			displayOptions: { hide: { authentication: ['machineRole'] } },
			default: '',
			description: 'Only for temporary keys, which include one',
		},
	],
);
