import { badInput } from '../../../core/errors/badInput';
import type { RestoreTerms } from '../../../s3/write/requestRestore';
import type { Pace } from '../../../s3/flow/rateLimit';
import { rateLimit } from '../../../s3/flow/rateLimit';
import type { AccountMap } from '../../../s3/kept/accountMap';
import type { Keeping, Part } from '../../../s3/kept/keeping';
import { accountOfUser } from '../../../s3/kept/policyStatement';
import { noLosses } from '../../../s3/kept/losses';
import type { NameChange } from '../../../s3/kept/nameMap';
import { maxMetadataBytes, maxTags, metadataBytes, withChanges } from '../../../s3/kept/nameMap';
import type { KeepParams } from './keepFields';
import { copyOptions } from './keepFields';

/** Metadata names that identify copies made by this node. */
const ownNames = ['sha256', 'source-etag'];

/** The characters of a header's name. https://www.rfc-editor.org/rfc/rfc9110#name-tokens */
const token = /^[!#$%&'*+.^_`|~\w-]+$/;

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-tagging.html */
const ofTags = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u;
const maxTagName = 128;
const maxTagValue = 256;

const allowedInTags = 'Tags can have letters, digits, spaces and + - = . _ : / @';

/** Throws for a metadata name that S3 rejects. */
const checkMetadataName = (name: string) => {
	if (!token.test(name))
		throw badInput(
			`'${name}' in 'Metadata Map' is not a valid metadata name`,
			"Names consist of letters from a to z, digits, '-' and '_'.",
		);
	if (ownNames.includes(name))
		throw badInput(
			`'${name}' in 'Metadata Map' is reserved: this node uses it to identify its copies`,
			'Remove this change, or the next run would copy everything again.',
		);
};

/** Throws for a tag name or value that S3 rejects. */
const checkTag = (text: string, what: 'name' | 'value') => {
	const most = what === 'name' ? maxTagName : maxTagValue;
	if (text.length > most)
		throw badInput(
			`A ${what} in 'Tag Map' has ${text.length} characters, more than the ${most} that S3 allows`,
			`Shorten it: '${text.slice(0, 20)}…'.`,
		);
	if (!ofTags.test(text)) throw badInput(`'${text}' in 'Tag Map' is not a valid tag ${what}`, `${allowedInTags}.`);
	if (what === 'name' && text.toLowerCase().startsWith('aws:'))
		throw badInput(`'${text}' in 'Tag Map' starts with aws:`, 'AWS reserves these names. Choose another one.');
};

type Rows = NonNullable<KeepParams['metadataMap']>;

const changesIn = (rows: Rows, label: string, spelt: (name: string) => string): NameChange[] =>
	rows.map(({ change = 'add', name = '', newValue: to = '' }) => {
		if (name === '') throw badInput(`A change in '${label}' has no 'Name'`, "Enter the 'Name', or remove the change.");
		if (change === 'rename' && to === '')
			throw badInput(
				`The change 'Rename' of '${name}' in '${label}' has no new name`,
				"Enter it in 'Value or New Name', or choose 'Drop'.",
			);
		return { change, name: spelt(name), to: change === 'rename' ? spelt(to) : to };
	});

/** The metadata changes, with names in lower case. Throws for what S3 always rejects. */
const metadataChanges = (rows: Rows = []): NameChange[] => {
	const changes = changesIn(rows, 'Metadata Map', (name) => name.trim().toLowerCase());
	for (const { change, name, to } of changes) {
		checkMetadataName(name);
		if (change === 'rename') checkMetadataName(to);
	}
	const added = metadataBytes(withChanges({}, changes));
	if (added <= maxMetadataBytes) return changes;
	throw badInput(
		`'Metadata Map' adds ${added} bytes, more than the ${maxMetadataBytes} that S3 allows`,
		'Shorten or remove values.',
	);
};

/** The tag changes. Throws for what S3 always rejects. */
const tagChanges = (rows: Rows = []): NameChange[] => {
	const changes = changesIn(rows, 'Tag Map', (name) => name);
	for (const { change, name, to } of changes) {
		checkTag(name, 'name');
		if (change !== 'drop') checkTag(to, change === 'rename' ? 'name' : 'value');
	}
	const added = Object.keys(withChanges({}, changes)).length;
	if (added <= maxTags) return changes;
	throw badInput(`'Tag Map' adds ${added} tags, more than the ${maxTags} that S3 allows`, 'Remove some.');
};

const isGroup = (account: string) => /^(uri=|https?:\/\/)|:group\//i.test(account);

const isAccountId = (account: string) => /^\d{12}$/.test(account);

/** Throws for what no bucket policy can name, and for an ARN or an account ID in place of the other. */
const checkUser = (source: string, destination: string) => {
	const other = [source, destination].find((name) => name.startsWith('arn:') && accountOfUser(name) === undefined);
	if (other)
		throw badInput(
			`'${other}' in 'Account Map' is not the ARN of an IAM user`,
			'Enter an ARN such as arn:aws:iam::111122223333:user/alice. Grant access to roles and accounts with the bucket policy.',
		);
	if (source.startsWith('arn:') === destination.startsWith('arn:') && isAccountId(source) === isAccountId(destination))
		return;
	throw badInput(
		`'${source}' and '${destination}' in 'Account Map' are not of the same kind`,
		'Enter two ARNs of IAM users, two account IDs, or two canonical user IDs.',
	);
};

/** Destination accounts by source accounts. Throws for groups. */
const accountsIn = (rows: NonNullable<KeepParams['accountMap']> = []): AccountMap => {
	const accounts = new Map<string, string>();
	for (const { sourceAccount = '', destinationAccount = '' } of rows) {
		const [source, destination] = [sourceAccount.trim(), destinationAccount.trim()];
		if (source === '' || destination === '')
			throw badInput(
				"An entry in 'Account Map' is incomplete",
				"Enter 'Source Account' and 'Destination Account', or remove the entry.",
			);
		const group = [source, destination].find(isGroup);
		if (group)
			throw badInput(
				`'${group}' in 'Account Map' is a group`,
				/^arn:/i.test(group)
					? 'S3 accepts no IAM groups in ACLs and bucket policies. Enter the IAM users of the group.'
					: 'Grants to groups are never copied, because they make objects public. Grant access with the bucket policy instead.',
			);
		checkUser(source, destination);
		if ((accounts.get(source) ?? destination) !== destination)
			throw badInput(`'Account Map' has '${source}' more than once`, 'Remove one of them.');
		accounts.set(source, destination);
	}
	return accounts;
};

/** If the user chooses a storage class, copies do not keep the original's. */
const isPart = (part: string): part is Part => part !== 'storageClass';

/** What the copies of a run keep. Throws for what S3 always rejects. */
export const keepingOf = (options: KeepParams): Keeping => {
	const { accountMap, keepAcl = false, keepFolderGrants = false } = options;
	if (accountMap && accountMap.length > 0 && !keepAcl && !keepFolderGrants)
		throw badInput(
			"'Account Map' has no effect without 'Keep ACL' or 'Keep Folder Grants'",
			"Add one of them in 'Options', or remove 'Account Map'.",
		);
	return {
		times: options.keepTimes ?? false,
		owner: options.keepOwner ?? false,
		annotations: options.keepAnnotations ?? false,
		lock: options.keepLock ?? false,
		accounts: keepAcl ? accountsIn(accountMap) : undefined,
		folderGrants: keepFolderGrants ? accountsIn(accountMap) : undefined,
		leavesOut: (options.leaveOut ?? []).filter(isPart),
		metadata: metadataChanges(options.metadataMap),
		tags: tagChanges(options.tagMap),
		losses: noLosses(),
	};
};

/** How to restore archived originals; undefined to skip them. Throws for days without a tier. */
export const restoreOf = ({ restoreDays, restoreTier }: KeepParams): RestoreTerms | undefined => {
	if (restoreTier) return { days: restoreDays ?? 7, tier: restoreTier };
	if (restoreDays === undefined) return undefined;
	throw badInput(
		"'Restore Days' has no effect without 'Restore Archived Objects'",
		"Add 'Restore Archived Objects' in 'Options', or remove 'Restore Days'.",
	);
};

/** The selected options, by name. */
export const chosenIn = (fields: ReadonlyArray<{ name: string }>, options: object): Record<string, unknown> =>
	Object.fromEntries(Object.entries(options).filter(([name]) => fields.some((field) => field.name === name)));

/** The selected options of copies, by name. */
export const keptIn = (options: KeepParams) => chosenIn(copyOptions, options);

const MiB = 1024 ** 2;

/** Options about properties of originals in S3. */
const ofOriginals: Record<string, string> = {
	allVersions: 'Keep Versions',
	keepAcl: 'Keep ACL',
	keepAnnotations: 'Keep Annotations',
	keepFolderGrants: 'Keep Folder Grants',
	keepLock: 'Keep Lock',
	keepOwner: 'Keep Owner',
	keepTimes: 'Keep Timestamps',
	leaveOut: 'Leave Out',
	metadataMap: 'Metadata Map',
	restoreDays: 'Restore Days',
	restoreTier: 'Restore Archived Objects',
	tagMap: 'Tag Map',
};

/** Throws for options that do not apply to items of other systems. */
export const refuseForItems = ({ source, options }: { source?: string; options: KeepParams }) => {
	const name = Object.keys(options).find((option) => option in ofOriginals);
	if (source !== 'items' || name === undefined) return;
	throw badInput(
		`'${ofOriginals[name]}' does not work with the source 'Items', which have no metadata, tags or grants in S3`,
		`Remove '${ofOriginals[name]}' from 'Options'. To keep the time of an item, fill in 'Modified'.`,
	);
};

/** The limits of a run; undefined without one. */
export const paceOf = ({ maxMibPerSecond, maxRequestsPerSecond }: KeepParams): Pace | undefined =>
	maxMibPerSecond === undefined && maxRequestsPerSecond === undefined
		? undefined
		: {
				bytes: maxMibPerSecond === undefined ? undefined : rateLimit(maxMibPerSecond * MiB),
				requests: maxRequestsPerSecond === undefined ? undefined : rateLimit(maxRequestsPerSecond),
			};
