import type { ICredentialDataDecryptedObject } from 'n8n-workflow';
import type { Connection } from '../../s3/connection';
import { field } from '../field';
import { connectionOf, credentialName } from './credentials';
import { iamConnectionOf, roleConnectionOf } from './n8nCredentials';

/** The type of the credential that the node connects with. */
export const credentialType = field({
	displayName: 'Credential Type',
	name: 'credentialType',
	type: 'options',
	noDataExpression: true,
	options: [
		{ name: 'Amazon S3 API', value: 'awsS3Api', description: 'With all settings of this node' },
		{
			name: 'AWS (Assume Role)',
			value: 'awsAssumeRole',
			description: "A role that is saved for n8n's own AWS nodes",
		},
		{ name: 'AWS (IAM)', value: 'aws', description: "An access key that is saved for n8n's own AWS nodes" },
	],
	default: 'awsS3Api',
	description: 'The type of credential to connect with',
});

/** Where n8n shows the credentials: without it, between two other parameters. */
export const credentialPicker = field({
	displayName: 'Credentials',
	name: 'credentials',
	type: 'credentials',
	default: '',
});

const connections: Record<string, (data: ICredentialDataDecryptedObject) => Connection> = {
	awsS3Api: connectionOf,
	aws: iamConnectionOf,
	awsAssumeRole: roleConnectionOf,
};

/**
 * Returns the credential type that a node's parameter names, and how to convert its data into a connection. A node that was
 * saved before this parameter existed has none, and uses our own type.
 */
export const chosenCredential = (parameter: unknown) => {
	const name = typeof parameter === 'string' && Object.hasOwn(connections, parameter) ? parameter : credentialName;
	const label = credentialType.options.find(({ value }) => value === name)?.name ?? name;
	return { name, label, connectionOf: connections[name] ?? connectionOf };
};
