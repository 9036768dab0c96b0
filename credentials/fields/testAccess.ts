import type { INodeProperties } from 'n8n-workflow';

/** What the credential test does, with its default. */
export const testAccess = (access: 'list' | 'write'): INodeProperties => ({
	displayName: 'Test Access',
	name: 'testAccess',
	type: 'options',
	options: [
		{ name: 'List', value: 'list', description: 'List objects' },
		{ name: 'Read', value: 'read', description: 'Also read the first object' },
		{ name: 'Write', value: 'write', description: 'Write a small object and delete it' },
	],
	default: access,
	description: 'What the connection test tries. Read and Write need a bucket.',
});
