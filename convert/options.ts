import { isExpression } from './expressions';
import { refusal } from './refusal';
import type { Members } from '../nodes/AwsS3/s3/answers/members';
import { isMembers } from '../nodes/AwsS3/s3/answers/members';

/** What an option of n8n's nodes becomes. */
interface ConvertedOption {
	options?: Members;
	note?: string;
}

type Rule = (value: unknown) => ConvertedOption;

/** The same value under our name; `value` may be an expression. */
const same =
	(name: string): Rule =>
	(value) => ({ options: { [name]: value } });

/** One of several choices, whose ids differ. */
const choice =
	(name: string, label: string, idOf: (id: string) => string | undefined): Rule =>
	(value) => {
		if (typeof value !== 'string' || isExpression(value))
			throw refusal(`'${label}' is an expression`, `Select a value in '${label}' and convert again.`);
		const id = idOf(value);
		if (id === undefined) throw refusal(`'${label}' cannot be '${value}'`, `Select another value in '${label}'.`);
		return { options: { [name]: id } };
	};

const storageClasses: Record<string, string> = {
	deepArchive: 'DEEP_ARCHIVE',
	glacier: 'GLACIER',
	intelligentTiering: 'INTELLIGENT_TIERING',
	onezoneIA: 'ONEZONE_IA',
	// As n8n spells it. S3 refuses it there.
	RecudedRedundancy: 'REDUCED_REDUNDANCY',
	standard: 'STANDARD',
	standardIA: 'STANDARD_IA',
};

const kebabCase = (id: string) => id.replace(/(?!^)[A-Z]/g, (letter) => `-${letter}`).toLowerCase();

const upperCase = (id: string) => id.toUpperCase();

const storageClass = choice('storageClass', 'Storage Class', (id) => storageClasses[id]);
const acl = choice('acl', 'ACL', kebabCase);
const requesterPays = same('requesterPays');

const nobody =
	(label: string): Rule =>
	() => ({ note: `'${label}' is left out: n8n's node sends it without a name of who gets access.` });

const nothing: Rule = () => ({});

const lockMode: Rule = (value) => {
	const converted = choice('lockMode', 'Lock Mode', upperCase)(value);
	const isCompliance = converted.options?.lockMode === 'COMPLIANCE';
	return isCompliance ? { ...converted, note: "Type COMPLIANCE in the option 'Confirm Compliance Mode'." } : converted;
};

/** S3 takes the context as Base64 of JSON; here it is the JSON. */
const kmsContext: Rule = (value) => {
	const label = 'Server Side Encryption Context';
	if (typeof value !== 'string' || isExpression(value))
		throw refusal(`'${label}' is an expression`, `Enter the value in '${label}' and convert again.`);
	const json = Buffer.from(value, 'base64').toString();
	try {
		JSON.parse(json);
	} catch {
		return refuseContext(label);
	}
	return { options: { kmsContext: json } };
};

const refuseContext = (label: string): never => {
	throw refusal(`'${label}' is not JSON in Base64`, 'Correct it first.');
};

const writeOptions: Record<string, Rule> = {
	acl,
	encryptionAwsKmsKeyId: same('kmsKeyId'),
	grantFullControl: nobody('Grant Full Control'),
	grantRead: nobody('Grant Read'),
	grantReadAcp: nobody('Grant Read ACP'),
	grantWriteAcp: nobody('Grant Write ACP'),
	lockLegalHold: same('legalHold'),
	lockMode,
	lockRetainUntilDate: same('lockUntil'),
	requesterPays,
	serverSideEncryption: choice('serverSideEncryption', 'Server Side Encryption', (id) => id),
	serverSideEncryptionContext: kmsContext,
	// The node knows the algorithm and computes the MD5.
	serversideEncryptionCustomerAlgorithm: nothing,
	serversideEncryptionCustomerKey: same('sseCustomerKey'),
	serversideEncryptionCustomerKeyMD5: nothing,
	storageClass,
};

/** The options of n8n's operations, by resource and operation. Those that the operation itself reads are `nothing`. */
export const optionRules: Record<string, Record<string, Rule>> = {
	'bucket.create': {
		acl,
		bucketObjectLockEnabled: same('objectLock'),
		grantFullControl: nobody('Grant Full Control'),
		grantRead: nobody('Grant Read'),
		grantReadAcp: nobody('Grant Read ACP'),
		grantWrite: nobody('Grant Write'),
		grantWriteAcp: nobody('Grant Write ACP'),
		region: same('region'),
	},
	'bucket.search': {
		delimiter: nothing,
		fetchOwner: nothing,
		includeCommonPrefixes: nothing,
		prefix: nothing,
		requesterPays,
		startAfter: same('startAfter'),
	},
	'file.copy': {
		...writeOptions,
		metadataDirective: choice('metadataDirective', 'Metadata Directive', upperCase),
		taggingDirective: choice('taggingDirective', 'Tagging Directive', upperCase),
	},
	'file.delete': { versionId: same('versionId') },
	'file.getAll': { fetchOwner: nothing, folderKey: nothing },
	'file.upload': { ...writeOptions, parentFolderKey: nothing },
	'folder.create': { parentFolderKey: nothing, requesterPays, storageClass },
	'folder.getAll': { fetchOwner: nothing, folderKey: nothing },
};

/** The operations that call their options so; others call them `additionalFields`. */
const inOptions = new Set(['file.delete', 'file.getAll', 'folder.getAll']);

/** Returns the options of a node, by operation. Others may be left from an operation that was selected before. */
export const optionsOf = (id: string, parameters: Members): Members => {
	const given = parameters[inOptions.has(id) ? 'options' : 'additionalFields'] ?? {};
	if (isMembers(given)) return given;
	throw refusal('All options are one expression', 'Enter the options one by one and convert again.');
};

/** Converts the options of a node. As in n8n's nodes, empty ones count as absent. Throws for one without a counterpart. */
export const convertOptions = (id: string, given: Members): { options: Members; notes: string[] } => {
	const converted = Object.entries(given)
		.filter(([, value]) => Boolean(value))
		.map(([name, value]) => {
			const rule = optionRules[id]?.[name];
			if (rule) return rule(value);
			throw refusal(`The option '${name}' has no counterpart`, 'Remove it and convert again, or keep this node.');
		});
	return {
		options: Object.assign({}, ...converted.map(({ options }) => options)),
		notes: converted.flatMap(({ note }) => note ?? []),
	};
};
