import { badInput } from '../../../core/errors/badInput';
import type { RestoreTerms } from '../../../s3/copy/requestRestore';
import type { Pace } from '../../../s3/flow/rateLimit';
import { rateLimit } from '../../../s3/flow/rateLimit';
import type { AccountMap } from '../../../s3/kept/accountMap';
import type { Keeping, Part } from '../../../s3/kept/keeping';
import { noLosses } from '../../../s3/kept/losses';
import type { NameChange } from '../../../s3/kept/nameMap';
import { maxMetadataBytes, maxTags, metadataBytes, withChanges } from '../../../s3/kept/nameMap';
import type { KeepParams } from './keepFields';
import { copyOptions } from './keepFields';

/** Names by which this node recognises copies. */
const ownNames = ['sha256', 'source-etag'];

/** The characters of a header's name. https://www.rfc-editor.org/rfc/rfc9110#name-tokens */
const token = /^[!#$%&'*+.^_`|~\w-]+$/;

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-tagging.html */
const ofTags = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u;
const maxTagName = 128;
const maxTagValue = 256;

const allowedInTags = 'Tags may have letters, digits, spaces and + - = . _ : / @';

/** Throws for a name of metadata that S3 does not take. */
const checkMetadataName = (name: string) => {
	if (!token.test(name))
		throw badInput(
			`'${name}' in 'Metadata Map' cannot be a name of metadata`,
			"Names consist of letters from a to z, digits, '-' and '_'.",
		);
	if (ownNames.includes(name))
		throw badInput(
			`'${name}' in 'Metadata Map' is a name by which this node recognises its copies`,
			'Leave it as it is, or the next run would copy everything again.',
		);
};

/** Throws for the name or the value of a tag that S3 does not take. */
const checkTag = (text: string, what: 'name' | 'value') => {
	const most = what === 'name' ? maxTagName : maxTagValue;
	if (text.length > most)
		throw badInput(
			`A ${what} in 'Tag Map' has ${text.length} characters, and S3 takes ${most}`,
			`Shorten it: '${text.slice(0, 20)}…'.`,
		);
	if (!ofTags.test(text)) throw badInput(`'${text}' in 'Tag Map' cannot be a ${what} of a tag`, `${allowedInTags}.`);
	if (what === 'name' && text.toLowerCase().startsWith('aws:'))
		throw badInput(`'${text}' in 'Tag Map' begins with aws:`, 'AWS keeps these names for itself. Choose another one.');
};

type Rows = NonNullable<KeepParams['metadataMap']>;

const changesIn = (rows: Rows, label: string, spelt: (name: string) => string): NameChange[] =>
	rows.map(({ change = 'add', name = '', newValue: to = '' }) => {
		if (name === '') throw badInput(`A change in '${label}' has no 'Name'`, "Enter the 'Name', or remove the change.");
		if (change === 'rename' && to === '')
			throw badInput(
				`'${name}' in '${label}' is to be renamed, and there is no new name`,
				"Enter it in 'Value or New Name', or choose 'Drop'.",
			);
		return { change, name: spelt(name), to: change === 'rename' ? spelt(to) : to };
	});

/** The changes of metadata, whose names are in lower case. Throws for what S3 never takes. */
const metadataChanges = (rows: Rows = []): NameChange[] => {
	const changes = changesIn(rows, 'Metadata Map', (name) => name.trim().toLowerCase());
	for (const { change, name, to } of changes) {
		checkMetadataName(name);
		if (change === 'rename') checkMetadataName(to);
	}
	const added = metadataBytes(withChanges({}, changes));
	if (added <= maxMetadataBytes) return changes;
	throw badInput(
		`What 'Metadata Map' adds has ${added} bytes, and S3 takes ${maxMetadataBytes}`,
		'Shorten values, or leave some out.',
	);
};

/** The changes of tags. Throws for what S3 never takes. */
const tagChanges = (rows: Rows = []): NameChange[] => {
	const changes = changesIn(rows, 'Tag Map', (name) => name);
	for (const { change, name, to } of changes) {
		checkTag(name, 'name');
		if (change !== 'drop') checkTag(to, change === 'rename' ? 'name' : 'value');
	}
	const added = Object.keys(withChanges({}, changes)).length;
	if (added <= maxTags) return changes;
	throw badInput(`'Tag Map' adds ${added} tags, and S3 takes ${maxTags}`, 'Leave some out.');
};

const isGroup = (account: string) => /^(uri=|https?:\/\/)/i.test(account);

/** The accounts of the destination by those of the source. Throws for groups. */
const accountsIn = (rows: NonNullable<KeepParams['accountMap']> = []): AccountMap => {
	const accounts = new Map<string, string>();
	for (const { sourceAccount = '', destinationAccount = '' } of rows) {
		const [source, destination] = [sourceAccount.trim(), destinationAccount.trim()];
		if (source === '' || destination === '')
			throw badInput(
				"An account in 'Account Map' has only one side",
				"Enter 'At the Source' and 'At the Destination', or remove the account.",
			);
		const group = [source, destination].find(isGroup);
		if (group)
			throw badInput(
				`'${group}' in 'Account Map' is a group`,
				'Grants to groups are never copied, because they open objects to everybody or to all users of AWS. Give others access by the policy of the bucket.',
			);
		if ((accounts.get(source) ?? destination) !== destination)
			throw badInput(`'Account Map' has '${source}' twice`, 'Leave one of them out.');
		accounts.set(source, destination);
	}
	return accounts;
};

/** Copies have a storage class of their own, so it is left out where it is chosen. */
const isPart = (part: string): part is Part => part !== 'storageClass';

/** What the copies of a run keep. Throws for what S3 never takes. */
export const keepingOf = (options: KeepParams): Keeping => {
	const { accountMap, keepAcl = false } = options;
	if (accountMap && accountMap.length > 0 && !keepAcl)
		throw badInput("'Account Map' is there without 'Keep ACL'", "Add 'Keep ACL' in 'Options', or remove the accounts.");
	return {
		times: options.keepTimes ?? false,
		owner: options.keepOwner ?? false,
		lock: options.keepLock ?? false,
		accounts: keepAcl ? accountsIn(accountMap) : undefined,
		leavesOut: (options.leaveOut ?? []).filter(isPart),
		metadata: metadataChanges(options.metadataMap),
		tags: tagChanges(options.tagMap),
		losses: noLosses(),
	};
};

/** How archived originals are restored; undefined where they are skipped. Throws for days without a tier. */
export const restoreOf = ({ restoreDays, restoreTier }: KeepParams): RestoreTerms | undefined => {
	if (restoreTier) return { days: restoreDays ?? 7, tier: restoreTier };
	if (restoreDays === undefined) return undefined;
	throw badInput(
		"'Restored for (Days)' is there without 'Restore Archived Objects'",
		"Add 'Restore Archived Objects' in 'Options', or remove the days.",
	);
};

/** What was chosen of some options, by name. */
export const chosenIn = (fields: ReadonlyArray<{ name: string }>, options: object): Record<string, unknown> =>
	Object.fromEntries(Object.entries(options).filter(([name]) => fields.some((field) => field.name === name)));

/** What was chosen of the options of copies, by name. */
export const keptIn = (options: KeepParams) => chosenIn(copyOptions, options);

const MiB = 1024 ** 2;

/** Options about what originals in S3 have besides their content. */
const ofOriginals: Record<string, string> = {
	allVersions: 'Keep Versions',
	keepAcl: 'Keep ACL',
	keepLock: 'Keep Lock',
	keepOwner: 'Keep Owner',
	keepTimes: 'Keep Times',
	leaveOut: 'Leave Out',
	metadataMap: 'Metadata Map',
	restoreDays: 'Restored for (Days)',
	restoreTier: 'Restore Archived Objects',
	tagMap: 'Tag Map',
};

/** Throws for options that do not apply to items of other systems. */
export const refuseForItems = ({ source, options }: { source?: string; options: KeepParams }) => {
	const name = Object.keys(options).find((option) => option in ofOriginals);
	if (source !== 'items' || name === undefined) return;
	throw badInput(
		`'${ofOriginals[name]}' does not go with the source 'Items', which have no metadata, tags and grants in S3`,
		`Take '${ofOriginals[name]}' out of 'Options'. The time of an item is kept where 'Modified' says it.`,
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
