import type { INode } from 'n8n-workflow';
import type { Permission } from '../nodes/AwsS3/core/operation';
import type { PermissionOption } from '../nodes/AwsS3/core/permissionOptions';

type Parameters = INode['parameters'];
type Use = (parameters: Parameters) => boolean;

const optionsOf = ({ options }: Parameters): Record<string, unknown> => ({
	...(typeof options === 'object' && options),
});

const hasOption =
	(pattern: RegExp): Use =>
	(parameters) =>
		Object.entries(optionsOf(parameters)).some(([name, value]) => pattern.test(name) && Boolean(value));

/** Whether a choice or list of choices of a node has one of these values. */
const isOneOf =
	(name: string, values: RegExp): Use =>
	(parameters) => {
		const chosen = [parameters[name] ?? optionsOf(parameters)[name]].flat();
		return chosen.some((value) => values.test(String(value)));
	};

const anyOf =
	(...uses: Use[]): Use =>
	(parameters) =>
		uses.some((isUsed) => isUsed(parameters));

const addsMetadata = isOneOf('join', /^metadata$/);
const addsTags = isOneOf('join', /^tags$/);
const isCompared = isOneOf('onConflict', /^skipIfSame$/);

/** Whether the parameters of a node use what the reason of a permission names. */
export const usesByReason: Record<string, Use> = {
	'to add metadata': addsMetadata,
	'to add tags': addsTags,
	'to rename or skip identical objects': anyOf(isCompared, isOneOf('onConflict', /^rename$/)),
	'to skip identical objects': isCompared,
	'to skip identical objects, with KMS': isCompared,
	"for metadata in 'Add to Each Object'": addsMetadata,
	"for tags in 'Add to Each Object' and results of malware scans": anyOf(
		addsTags,
		isOneOf('events', /^(infected|scanFailed)$/),
		hasOption(/^onlyClean$/),
	),
	"for content, metadata, 'Ignore Own Writes' and 'Skip Objects With Metadata'": anyOf(
		isOneOf('join', /^(content|metadata)$/),
		hasOption(/^(ignoreOwnWrites|skipMetadata)$/),
	),
	"for tags, 'Tags Changed' and 'Wait for Malware Scan'": anyOf(
		addsTags,
		isOneOf('events', /^(tagsChanged|infected|scanFailed)$/),
		hasOption(/^onlyClean$/),
	),
	'to mirror or move': isOneOf('mode', /^(mirror|move)$/),
};

/** Whether the parameters of a node use an option. What is not here depends on more than the parameters, and is listed. */
const usesByOption: Partial<Record<PermissionOption, Use>> = {
	acl: hasOption(/acl|grant/i),
	annotations: hasOption(/^keepAnnotations$/),
	bypassGovernance: hasOption(/^bypassGovernance$/),
	byPrefix: ({ prefix }) => Boolean(prefix),
	dryRun: hasOption(/^dryRun$/),
	folderGrants: hasOption(/^keepFolderGrants$/),
	lock: hasOption(/lock|legalHold|retention/i),
	notification: hasOption(/^setNotification$/),
	restore: hasOption(/restore/i),
	resume: hasOption(/^resume$/),
	tags: hasOption(/tag/i),
	unfinishedUploads: hasOption(/uploads/i),
	versions: anyOf(hasOption(/version/i), ({ versionId }) => Boolean(versionId)),
	wait: hasOption(/^wait/),
};

/** What *Run* needs if other nodes carry out its actions. */
const ofItemsOut = /^(s3:ListBucket|s3:GetObject|kms:Decrypt)$/;

/** Buckets decide that, not parameters. */
const ofVersionedBuckets = /in a bucket with versions/;

/** Returns those of the permissions of an operation or trigger that a node with these parameters needs. */
export const permissionsOfNode = (permissions: Permission[], parameters: Parameters): Permission[] =>
	permissions
		.filter(({ action }) => parameters.destination !== 'items' || ofItemsOut.test(action))
		.filter(({ only }) => !only || String(parameters[only.parameter]) === only.value)
		.filter(({ option, when = '' }) => {
			if (!option || ofVersionedBuckets.test(when)) return true;
			const isUsed = usesByReason[when] ?? usesByOption[option] ?? (() => true);
			return isUsed(parameters);
		});
