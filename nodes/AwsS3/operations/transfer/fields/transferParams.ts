import { badInput } from '../../../core/errors/badInput';
import { storageClasses } from '../../../core/fields/choices';
import type { Filters } from '../../../core/filters/filters';
import { filterOf } from '../../../core/filters/filters';
import type { Context } from '../../../core/operation';
import { keyFault } from '../../../s3/address';
import { isOtherName } from '../../../s3/bucketKinds';
import { addsToCopies } from '../../../s3/kept/keeping';
import { copierFor } from '../../../s3/sync/copier';
import type { Copier, Source } from '../../../s3/pairs/source';
import type { Compare } from '../../../s3/pairs/decide';
import type { Entry } from '../../../s3/pairs/march';
import { overlaps } from '../../../s3/keyPrefix';
import { isInside, isOneService } from '../../../s3/pairs/oneBucket';
import type { Side } from '../../../s3/pairs/sides';
import type { Transfer } from '../../../s3/sync/transfer';
import { keepingOf, paceOf, refuseForItems, restoreOf } from './keepParams';
import { keyMapping } from './keyMapping';
import type { TransferParams } from './transferFields';

/** The parameters that decide what to do, for every source. */
type RuleParams = Pick<
	TransferParams,
	'bucket' | 'prefix' | 'destinationBucket' | 'destinationPrefix' | 'mode' | 'compare' | 'onConflict' | 'options'
> &
	Partial<Pick<TransferParams, 'source'>>;

/** What creates a source. */
export interface SourceParts {
	side: Side;
	copier: Copier;
	passes: (entry: Entry) => boolean;
}

/** Filters by properties of the source: a mirror cannot know these for objects that the source lacks. */
const ofSourceOnly: Record<string, string> = {
	maxSize: 'Max Size (Bytes)',
	minSize: 'Min Size (Bytes)',
	modifiedAfter: 'Modified After',
	modifiedBefore: 'Modified Before',
	storageClasses: 'Storage Classes',
};

/** Throws for a limit that each run would reach at the same objects. */
export const refuseSameAgain = ({ mode, onConflict, compare, options }: RuleParams, jobName: string) => {
	const { maxActions, maxBytes, appendOnly } = options;
	const skipsCopied = mode === 'move' || mode === 'migrate' || onConflict === 'skip' || appendOnly;
	if (compare !== 'always' || skipsCopied || jobName !== '' || (maxActions ?? maxBytes) === undefined) return;
	throw badInput(
		"'Compare By' cannot be 'Always Copy' with a limit and without a 'Job Name', because each run would copy the same objects",
		"Enter a 'Job Name', by which the next run continues, or choose another value in 'Compare By'.",
	);
};

/** Throws for contradicting modes and options. */
export const refuseContradictions = ({ mode, onConflict, compare, options }: RuleParams) => {
	const { appendOnly } = options;
	if (appendOnly && (mode === 'mirror' || mode === 'move'))
		throw badInput(
			`'Append Only' does not allow deleting, but 'Mode' is '${mode === 'mirror' ? 'Mirror' : 'Move'}'`,
			"Set 'Mode' to 'Copy' or 'Migrate', or remove 'Append Only' from 'Options'.",
		);
	if (mode === 'mirror' && onConflict === 'rename')
		throw badInput(
			"'If Exists' cannot be 'Rename' with the mode 'Mirror', which would delete the renamed copies",
			"Set 'If Exists' to 'Overwrite', and 'Backup Prefix' in 'Options' to keep replaced objects.",
		);
	if (compare === 'always' && onConflict === 'rename')
		throw badInput(
			"'Compare By' cannot be 'Always Copy' if 'If Exists' is 'Rename': each run would add another copy",
			"Choose another value in 'Compare By'.",
		);
	if (options.ifNameNotAllowed && !options.checkNamesFor)
		throw badInput(
			"'If Name Not Allowed' has no effect without 'Check Names For'",
			"Add 'Check Names For' in 'Options', or remove 'If Name Not Allowed'.",
		);
	if (options.asOf && onConflict === 'newer')
		throw badInput(
			"'If Exists' cannot be 'Newer Wins' with 'As Of', because earlier versions are older than their copies",
			"Set 'If Exists' to 'Overwrite', 'Rename' or 'Skip'.",
		);
	const name = Object.keys(options).find((option) => option in ofSourceOnly);
	if (mode === 'mirror' && name !== undefined)
		throw badInput(
			`'${ofSourceOnly[name]}' does not work with 'Mirror', because objects that the source lacks have no size or time there`,
			"Use filters by key (a mirror never deletes keys that they exclude), or set 'Mode' to 'Copy'.",
		);
};

/** Throws for options that do not work with all versions. */
const refuseWithVersions = ({ mode, source = 'bucket', options }: RuleParams) => {
	if (!options.allVersions) return;
	if (source !== 'bucket' || options.asOf)
		throw badInput(
			`'Keep Versions' does not work with ${options.asOf ? "'As Of'" : "this 'Source'"}, because it copies the version history of a bucket`,
			`${options.asOf ? "Remove 'As Of' from 'Options'" : "Set 'Source' to 'Bucket'"}, or remove 'Keep Versions' from 'Options'.`,
		);
	if (keyMapping(options))
		throw badInput(
			"'Keep Versions' does not work with options that change keys, which could merge several histories into one key",
			"Remove these options or 'Keep Versions' from 'Options'.",
		);
	if (mode === 'mirror' || mode === 'move')
		throw badInput(
			`'Keep Versions' does not work with the mode '${mode === 'mirror' ? 'Mirror' : 'Move'}', because it only adds versions`,
			"Set 'Mode' to 'Copy' or 'Migrate'.",
		);
	if (options.appendOnly)
		throw badInput(
			"'Keep Versions' does not work with 'Append Only', because each version replaces the one before it",
			"Remove one of them from 'Options'. 'Keep Versions' itself keeps replaced objects as older versions.",
		);
	if (options.backupPrefix)
		throw badInput(
			"'Keep Versions' does not work with 'Backup Prefix'",
			"Remove 'Backup Prefix' from 'Options': replaced objects remain as older versions.",
		);
	if (options.restoreTier)
		throw badInput(
			"'Restore Archived Objects' does not work with 'Keep Versions'",
			"Restore the versions with 'Object: Restore From Archive' first, or remove one of them from 'Options'.",
		);
	const name = Object.keys(options).find((option) => option in ofSourceOnly);
	if (name === undefined) return;
	throw badInput(
		`'${ofSourceOnly[name]}' does not work with 'Keep Versions', because versions of one object differ in it`,
		'Use filters by key.',
	);
};

/** Throws for options that do not work with grants on folders. */
const refuseWithGrants = ({ from, to }: { from: Side; to: Side }, { options }: RuleParams) => {
	if (!options.keepFolderGrants) return;
	if (keyMapping(options))
		throw badInput(
			"'Keep Folder Grants' does not work with options that change keys, because the folders would be others",
			"Remove these options or 'Keep Folder Grants' from 'Options'.",
		);
	if (options.appendOnly)
		throw badInput(
			"'Keep Folder Grants' does not work with 'Append Only', because it changes the policy of the destination bucket",
			"Remove one of them from 'Options'.",
		);
	const other = [from, to].find(({ bucket }) => isOtherName(bucket));
	if (other)
		throw badInput(
			`'Keep Folder Grants' does not work with '${other.bucket}', which is an access point with a separate policy`,
			"Enter the name of its bucket, or remove 'Keep Folder Grants' from 'Options'.",
		);
};

/** The error for a destination inside its own source. */
export const insideEachOther = (from: Side, to: Side) =>
	badInput(
		from.prefix === to.prefix
			? "'Destination Prefix' is the same as 'Prefix', in the same bucket"
			: "One of 'Prefix' and 'Destination Prefix' contains the other, in the same bucket",
		"Choose a 'Destination Prefix' outside of it, or another bucket.",
	);

/** The error for a destination that would keep only the newest version. */
export const withoutVersioning = ({ bucket }: Side) =>
	badInput(
		`The destination bucket '${bucket}' has no versioning`,
		"Turn on versioning with 'Bucket Setting: Set', or remove 'Keep Versions' from 'Options'.",
	);

/** Throws for overlapping places that a run must not both read and write. */
const refusePlaces = (from: Side, to: Side, { mode, source, options }: RuleParams) => {
	if (source !== 'items' && isInside(from, to)) throw insideEachOther(from, to);
	if (mode === 'mirror' && to.prefix === '' && !options.allowWholeDestination)
		throw badInput(
			"'Destination Prefix' is empty, so the mirror could delete objects in the whole bucket",
			"Enter a prefix. To mirror to the whole bucket, add 'Allow Whole Destination Bucket' in 'Options'.",
		);
	const backup = options.backupPrefix ?? '';
	if (backup === '') return;
	const fault = keyFault(backup);
	if (fault) throw badInput(`'Backup Prefix' ${fault}`, 'Enter a shorter one, such as replaced/2026/.');
	const isInSource =
		source !== 'items' && from.bucket === to.bucket && isOneService(from.s3, to.s3) && overlaps(backup, from.prefix);
	if (!overlaps(backup, to.prefix) && !isInSource) return;
	throw badInput(
		`'Backup Prefix' overlaps with '${isInSource ? 'Prefix' : 'Destination Prefix'}'`,
		'Choose a prefix outside both sides, so that the next run does not transfer the backup.',
	);
};

/**
 * How to compare objects. With 'As Of', times say nothing, because older content is never newer. Items of other
 * systems are compared by what their object's metadata says, which needs a request.
 */
const compareIn = ({ compare, source, options }: RuleParams): Compare => {
	if (source === 'items') return compare === 'always' || compare === 'size' ? compare : 'checksum';
	return compare === 'sizeAndTime' && options.asOf ? 'etag' : compare;
};

const MINUTE = 60_000;

/** Both sides that the parameters name. */
export const sidesOf = (
	{ s3, destination }: Pick<Context, 's3' | 'destination'>,
	{
		bucket = '',
		prefix = '',
		...params
	}: Pick<TransferParams, 'bucket' | 'prefix' | 'destinationBucket' | 'destinationPrefix'>,
): { from: Side; to: Side } => ({
	from: { s3, bucket, prefix },
	to: { s3: destination ?? s3, bucket: params.destinationBucket, prefix: params.destinationPrefix },
});

/** The filters as a test of entries. They see full keys of the source. */
export const entryFilter = ({ prefix }: Side, filters: Filters): ((entry: Entry) => boolean) => {
	const passes = filterOf(filters);
	return ({ key, from, size, lastModified, storageClass }) =>
		passes({ Key: prefix + (from?.key ?? key), Size: size, LastModified: lastModified, StorageClass: storageClass });
};

/** The limits at which a run stops, and those for deletions of a mirror. */
export const limitsOf = (options: TransferParams['options']): Pick<Transfer, 'stopAfter' | 'deletions'> => ({
	stopAfter: {
		actions: options.maxActions,
		bytes: options.maxBytes,
		failures: options.maxFailures,
		milliseconds: options.maxMinutes === undefined ? undefined : options.maxMinutes * MINUTE,
	},
	deletions: {
		most: options.maxDeletions ?? 1000,
		share: options.maxDeletedShare ?? 50,
		allowsEmptySource: options.allowEmptySource ?? false,
	},
});

/** The transfer that the parameters describe. Throws for contradictions, before the first request. */
export const transferOf = (
	{ s3, destination, budget, signal }: Pick<Context, 's3' | 'destination' | 'budget' | 'signal'>,
	params: RuleParams,
	isPlan: boolean,
	sourceOf: (parts: SourceParts) => Source,
): Transfer => {
	const { mode, onConflict, options } = params;
	const compare = compareIn(params);
	const pace = paceOf(options);
	const paced = pace ? { s3: s3.paced(pace), destination: destination?.paced(pace) } : { s3, destination };
	const { from, to } = sidesOf(paced, params);
	const passes = entryFilter(from, options);
	const keeping = keepingOf(options);
	const restore = restoreOf(options);
	refuseContradictions(params);
	refuseWithVersions(params);
	refuseForItems(params);
	refuseWithGrants({ from, to }, params);
	refusePlaces(from, to, params);
	const copier = copierFor({
		isBetweenConnections: destination !== undefined,
		budget,
		storageClass: options.storageClass,
		// Another server need not know the classes of this one.
		keepsClass: (storageClass) =>
			!options.leaveOut?.includes('storageClass') &&
			(!destination || storageClasses.some(({ value }) => value === storageClass)),
		notesSource: compare === 'checksum' || compare === 'etag' || options.allVersions === true,
		isAppendOnly: options.appendOnly,
		keeping,
	});
	const source = sourceOf({ side: from, copier, passes });
	return {
		from: source,
		to,
		rules: {
			...{ mode, compare, onConflict, isAppendOnly: options.appendOnly ?? false },
			...{ sourcePrefix: source.side?.prefix, destinationPrefix: to.prefix },
			passes,
			restores: restore !== undefined,
			addsToCopies: addsToCopies(keeping, to.s3),
		},
		backupPrefix: options.backupPrefix || undefined,
		keeping,
		restore,
		written: options.allVersions ? { versions: 0, deleteMarkers: 0 } : undefined,
		isPlan,
		...limitsOf(options),
		signal,
	};
};
