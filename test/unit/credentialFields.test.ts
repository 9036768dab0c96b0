import type { INodeParameters, INodeProperties } from 'n8n-workflow';
import { CREDENTIAL_EMPTY_VALUE, NodeHelpers } from 'n8n-workflow';
import { ESLint } from 'eslint';
import { AwsS3Api } from '../../credentials/AwsS3Api.credentials';
import { AwsS3DestinationApi } from '../../credentials/AwsS3DestinationApi.credentials';
import { credentialRules } from '../support/nodesBase';

/** The groups of the credential: a switch shows the fields of each, and no field with a value is ever hidden. */

const { properties } = new AwsS3Api();
const switches = properties.filter(({ name }) => name.startsWith('show')).map(({ name }) => name);
const names = [...new Set(properties.map(({ name }) => name))];
const twice = names.filter((name) => properties.filter((field) => field.name === name).length > 1);
const copyOf = (name: string) => properties.filter((field) => field.name === name);

/** What the editor knows of a new credential, and what n8n assumes of a saved one. */
const defaultsOf = (fields: INodeProperties[]): INodeParameters =>
	Object.fromEntries(fields.map((field) => [field.name, field.default]));
const defaults = defaultsOf(properties);

/** A value of each field that is not its default. */
const full: INodeParameters = {
	...{ accessKeyId: 'AKIA', secretAccessKey: 'secret', sessionToken: 'token', region: 'other', customRegion: 'auto' },
	...{ bucket: 'backups', endpoint: 'https://minio.example.com', forcePathStyle: true, ignoreSslIssues: true },
	...{ prefix: 'a/', serverSideEncryption: 'aws:kms', kmsKeyId: 'key', bucketKeyEnabled: false },
	...{ storageClass: 'GLACIER', requesterPays: true, expectedBucketOwner: '111122223333', testAccess: 'read' },
	...{ strictRegion: true, sqsEndpoint: 'https://sqs.example.com', dualstack: true, fips: true, accelerate: true },
};

const shown = (data: INodeParameters, fields = properties) =>
	fields.filter((field) => NodeHelpers.displayParameter(data, field, null, null)).map(({ name }) => name);

/** What n8n saves, as its editor asks for it, and what a node gets. */
const saved = (data: INodeParameters) =>
	NodeHelpers.getNodeParameters(properties, data, false, false, null, null) ?? {};
const read = (data: INodeParameters) => NodeHelpers.getNodeParameters(properties, data, true, false, null, null) ?? {};

/** Each way that the switches can be: on, off, or not there. */
const states = switches.reduce<INodeParameters[]>(
	(all, name) => all.flatMap((state) => [state, { ...state, [name]: true }, { ...state, [name]: false }]),
	[{}],
);

test('saved ids are a promise: what was there stays', () => {
	const ids = properties.map(({ name, type }) => `${name}: ${type}`);
	expect([...new Set(ids)]).toMatchSnapshot();
	expect([...new Set(new AwsS3DestinationApi().properties.map(({ name, type }) => `${name}: ${type}`))]).toEqual([
		...new Set(ids),
	]);
});

test('a newcomer sees the fields that every user needs, and the switches', () => {
	const fields = ['authentication', 'accessKeyId', 'secretAccessKey', 'region', 'bucket'];
	expect(shown(defaults)).toEqual([...fields, ...switches]);
	expect(switches).toHaveLength(4);
});

test('both copies of a field are the same but for when they are shown', () => {
	expect(twice).toHaveLength(15);
	for (const name of twice) {
		const [open, kept, ...more] = copyOf(name).map((field) => ({ ...field, displayOptions: undefined }));
		expect(more).toEqual([]);
		expect(kept).toEqual(open);
	}
});

test("only 'hide' decides about groups, because the public API of n8n reads 'show' as a requirement", () => {
	for (const name of [...switches, ...twice])
		for (const { displayOptions } of copyOf(name)) expect(displayOptions?.show).toBeUndefined();
});

test.each(twice)('%s is shown once or not at all, and never hidden with a value', (name) => {
	expect(full[name]).not.toEqual(defaults[name]);
	const [toggle = ''] = switches.filter((one) => one in (copyOf(name)[0]?.displayOptions?.hide ?? {}));
	for (const state of states) {
		for (const value of [full[name], defaults[name], '={{ $vars.one }}', undefined]) {
			const count = shown({ ...state, [name]: value }).filter((one) => one === name).length;
			const isHidden = state[toggle] === false && value === defaults[name];
			expect({ state, value, count }).toEqual({ state, value, count: isHidden ? 0 : 1 });
		}
	}
});

test('no state of the switches loses a value, neither when n8n saves nor when a node reads', () => {
	expect(states).toHaveLength(81);
	for (const state of states) {
		expect(saved({ ...defaults, ...full, ...state })).toMatchObject(full);
		// Saved by REST, or before there were switches.
		expect(saved({ ...full, ...state })).toMatchObject(full);
		expect(read({ ...full, ...state })).toMatchObject(full);
	}
});

test('each field alone keeps its value in a closed group', () => {
	for (const name of twice) {
		const data = { accessKeyId: 'AKIA', secretAccessKey: 'secret', region: 'eu-west-1', [name]: full[name] };
		expect(saved({ ...defaults, ...data })).toEqual(data);
		expect(read(data)).toMatchObject(data);
	}
});

test('a role of the machine hides the keys and their session token, as before', () => {
	const machine = { ...defaults, ...full, authentication: 'machineRole' };
	for (const state of states) {
		const fields = shown({ ...machine, ...state });
		expect(fields).not.toContain('sessionToken');
		expect(fields).not.toContain('showTemporaryKeys');
	}
});

test('a secret that the editor gets as empty is not shown in a closed group', () => {
	expect(shown({ ...defaults, sessionToken: CREDENTIAL_EMPTY_VALUE })).not.toContain('sessionToken');
	expect(shown({ ...defaults, sessionToken: CREDENTIAL_EMPTY_VALUE, showTemporaryKeys: true })).toContain(
		'sessionToken',
	);
});

test('a destination tests writing unless told otherwise, and has all fields of the other', () => {
	const other = new AwsS3DestinationApi();
	// n8n keeps one field of each name of a type that another one extends.
	expect('extends' in other).toBe(false);
	expect(shown(defaultsOf(other.properties), other.properties)).toEqual(shown(defaults));
	const [access] = other.properties.filter(({ name }) => name === 'testAccess');
	expect(access?.default).toBe('write');
	const list: INodeParameters = { ...defaultsOf(other.properties), testAccess: 'list' };
	expect(shown(list, other.properties)).toContain('testAccess');
});

test('the built credentials pass the lint of n8n', async () => {
	const eslint = new ESLint({ overrideConfigFile: true, overrideConfig: credentialRules });
	for (const { name, displayName, documentationUrl, properties: built } of [
		new AwsS3Api(),
		new AwsS3DestinationApi(),
	]) {
		const className = `${name.charAt(0).toUpperCase()}${name.slice(1)}`;
		const source = `import type { ICredentialType, INodeProperties } from 'n8n-workflow';

export class ${className} implements ICredentialType {
	name = '${name}';

	displayName = '${displayName}';

	documentationUrl = '${documentationUrl}';

	properties: INodeProperties[] = ${JSON.stringify(built, null, '\t')};
}
`;
		const [result] = await eslint.lintText(source, { filePath: `credentials/${className}.credentials.ts` });
		expect(result?.messages.map(({ ruleId, message }) => `${ruleId}: ${message}`)).toEqual([]);
	}
});
