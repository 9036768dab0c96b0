import { badInput } from '../../../core/errors/badInput';
import { storageClasses } from '../../../core/fields/choices';
import type { Filters } from '../../../core/filters/filters';
import { filterOf } from '../../../core/filters/filters';
import type { Context } from '../../../core/operation';
import { keyFault } from '../../../s3/address';
import { copierFor } from '../../../s3/sync/copier';
import type { Copier } from '../../../s3/sync/copier';
import type { Compare } from '../../../s3/sync/decide';
import type { Source } from '../../../s3/sync/look';
import type { Entry } from '../../../s3/sync/march';
import { isInside, isOneService, overlaps } from '../../../s3/sync/oneBucket';
import type { Side } from '../../../s3/sync/sides';
import type { Transfer } from '../../../s3/sync/transfer';
import { keepingOf, paceOf, refuseForItems, restoreOf } from './keepParams';
import { keyMapping } from './keyMapping';
import type { TransferParams } from './transferFields';

/** What decides what is done, whatever the source is. */
type RuleParams = Pick<
	TransferParams,
	'bucket' | 'prefix' | 'destinationBucket' | 'destinationPrefix' | 'mode' | 'compare' | 'onConflict' | 'options'
> &
	Partial<Pick<TransferParams, 'source'>>;

/** What a source is made of. */
export interface SourceParts {
	side: Side;
	copier: Copier;
	passes: (entry: Entry) => boolean;
}

/** Filters by what only the source tells: a mirror could not know them of an object that the source does not have. */
const ofSourceOnly: Record<string, string> = {
	maxSize: 'Max Size (Bytes)',
	minSize: 'Min Size (Bytes)',
	modifiedAfter: 'Modified After',
	modifiedBefore: 'Modified Before',
	storageClasses: 'Storage Classes',
};

/** Throws for modes and options that contradict each other. */
export const refuseContradictions = ({ mode, onConflict, compare, options }: RuleParams) => {
	const { appendOnly } = options;
	if (appendOnly && (mode === 'mirror' || mode === 'move'))
		throw badInput(
			`'Append Only' deletes nothing, and 'Mode' is '${mode === 'mirror' ? 'Mirror' : 'Move'}'`,
			"Set 'Mode' to 'Copy' or 'Migrate', or take 'Append Only' out of 'Options'.",
		);
	if (mode === 'mirror' && onConflict === 'rename')
		throw badInput(
			"'Rename' in 'If Exists' does not go with 'Mirror', which would delete the renamed copies again",
			"Choose 'Overwrite' in 'If Exists', with a 'Backup Prefix' in 'Options' to keep what is replaced.",
		);
	if (compare === 'always' && onConflict === 'rename')
		throw badInput(
			"'Always Copy' in 'Compare By' does not go with 'Rename' in 'If Exists': each run would add another copy",
			"Choose another way to compare in 'Compare By'.",
		);
	if (options.ifNameNotAllowed && !options.checkNamesFor)
		throw badInput(
			"'If Name Not Allowed' is there without 'Check Names For', so no name would be checked",
			"Add 'Check Names For' in 'Options', or remove 'If Name Not Allowed'.",
		);
	if (options.asOf && onConflict === 'newer')
		throw badInput(
			"'Newer Wins' in 'If Exists' does not go with 'As Of': what was there at that time is older than its copies",
			"Choose 'Overwrite', 'Rename' or 'Skip' in 'If Exists'.",
		);
	const name = Object.keys(options).find((option) => option in ofSourceOnly);
	if (mode === 'mirror' && name !== undefined)
		throw badInput(
			`'${ofSourceOnly[name]}' does not go with 'Mirror': an object that the source does not have has no size or time there`,
			"Use filters by key, whose other keys a mirror never deletes, or set 'Mode' to 'Copy'.",
		);
};

/** Throws for what does not go with all versions of the objects. */
const refuseWithVersions = ({ mode, source = 'bucket', options }: RuleParams) => {
	if (!options.allVersions) return;
	if (source !== 'bucket' || options.asOf)
		throw badInput(
			`'Keep Versions' copies the histories of a bucket, not what ${options.asOf ? "'As Of'" : "'Source'"} chooses`,
			`${options.asOf ? "Take 'As Of' out of 'Options'" : "Set 'Source' to 'Bucket'"}, or take 'Keep Versions' out of 'Options'.`,
		);
	if (keyMapping(options))
		throw badInput(
			"'Keep Versions' does not go with a mapping of keys, which may give one key to several histories",
			"Take the mapping out of 'Options', or 'Keep Versions'.",
		);
	if (mode === 'mirror' || mode === 'move')
		throw badInput(
			`'Keep Versions' does not go with the mode '${mode === 'mirror' ? 'Mirror' : 'Move'}': a history is only ever appended to`,
			"Set 'Mode' to 'Copy' or 'Migrate'.",
		);
	if (options.appendOnly)
		throw badInput(
			"'Keep Versions' does not go with 'Append Only': each version takes the place of the one before it, and delete markers hide it",
			"Take one of them out of 'Options'. With 'Keep Versions', what the destination has stays as an older version.",
		);
	if (options.backupPrefix)
		throw badInput(
			"'Keep Versions' does not go with 'Backup Prefix'",
			"Take 'Backup Prefix' out of 'Options': what the destination has stays as an older version.",
		);
	if (options.restoreTier)
		throw badInput(
			"'Restore Archived Objects' does not go with 'Keep Versions'",
			"Restore the versions with 'Object: Restore From Archive' first, or take one of them out of 'Options'.",
		);
	const name = Object.keys(options).find((option) => option in ofSourceOnly);
	if (name === undefined) return;
	throw badInput(
		`'${ofSourceOnly[name]}' does not go with 'Keep Versions', whose versions differ in that`,
		'Use filters by key.',
	);
};

/** The refusal of a destination that is in its own source. */
export const insideEachOther = (from: Side, to: Side) =>
	badInput(
		from.prefix === to.prefix
			? "'Destination Prefix' is the same as 'Prefix', in the same bucket"
			: "One of 'Prefix' and 'Destination Prefix' is inside of the other, in the same bucket",
		"Choose a prefix beside it in 'Destination Prefix', or another bucket.",
	);

/** The refusal of a destination that would keep the newest version only. */
export const withoutVersioning = ({ bucket }: Side) =>
	badInput(
		`The bucket '${bucket}' of the destination keeps no versions`,
		"Switch versioning on with 'Bucket Setting: Set', or take 'Keep Versions' out of 'Options'.",
	);

/** Throws for places that a run must not read from or write to at the same time. */
const refusePlaces = (from: Side, to: Side, { mode, source, options }: RuleParams) => {
	if (source !== 'items' && isInside(from, to)) throw insideEachOther(from, to);
	if (mode === 'mirror' && to.prefix === '' && !options.allowWholeDestination)
		throw badInput(
			"'Destination Prefix' is empty, and a mirror deletes what the source does not have",
			"Enter a prefix, or add 'Allow Whole Destination Bucket' in 'Options' if the whole bucket is meant.",
		);
	const backup = options.backupPrefix ?? '';
	if (backup === '') return;
	const fault = keyFault(backup);
	if (fault) throw badInput(`'Backup Prefix' ${fault}`, 'Enter a shorter one, such as replaced/2026/.');
	const isInSource =
		source !== 'items' && from.bucket === to.bucket && isOneService(from.s3, to.s3) && overlaps(backup, from.prefix);
	if (!overlaps(backup, to.prefix) && !isInSource) return;
	throw badInput(
		`'Backup Prefix' is not outside of '${isInSource ? 'Prefix' : 'Destination Prefix'}'`,
		'Choose a prefix beside both sides, so that the next run does not take the backup for an object.',
	);
};

/**
 * By what objects are compared. Older content at a source as it was is not newer, so its time tells nothing. An item of another
 * system is compared by what its object notes of it, for which that is looked at.
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

/** The filters as a test of entries, whose whole keys they see as those of the source. */
export const entryFilter = ({ prefix }: Side, filters: Filters): ((entry: Entry) => boolean) => {
	const passes = filterOf(filters);
	return ({ key, from, size, lastModified, storageClass }) =>
		passes({ Key: prefix + (from?.key ?? key), Size: size, LastModified: lastModified, StorageClass: storageClass });
};

/** Where a run stops, and what a mirror deletes at most. */
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

/** The transfer that the parameters describe. Throws for what contradicts itself, before the first request. */
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
		keeping,
	});
	return {
		from: sourceOf({ side: from, copier, passes }),
		to,
		rules: {
			...{ mode, compare, onConflict, isAppendOnly: options.appendOnly ?? false, destinationPrefix: to.prefix },
			passes,
			restores: restore !== undefined,
			addsToCopies: keeping.accounts !== undefined || keeping.lock,
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
