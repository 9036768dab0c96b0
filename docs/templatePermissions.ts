import type { INode } from 'n8n-workflow';
import type { Permission } from '../nodes/AwsS3/core/operation';
import type { PermissionOption } from '../nodes/AwsS3/core/permissionOptions';

type Parameters = INode['parameters'];

const optionsOf = ({ options }: Parameters): Record<string, unknown> => ({
	...(typeof options === 'object' && options),
});

const hasOption = (pattern: RegExp) => (parameters: Parameters) =>
	Object.entries(optionsOf(parameters)).some(([name, value]) => pattern.test(name) && Boolean(value));

/** Whether the parameters of a node use an option. What is not here depends on more than the parameters, and is listed. */
const uses: Partial<Record<PermissionOption, (parameters: Parameters) => boolean>> = {
	acl: hasOption(/acl|grant/i),
	bypassGovernance: hasOption(/^bypassGovernance$/),
	byPrefix: ({ prefix }) => Boolean(prefix),
	dryRun: hasOption(/^dryRun$/),
	ifExists: ({ onConflict }) => /^(rename|skip)/.test(String(onConflict)),
	join: hasOption(/^join$/),
	lock: hasOption(/lock|legalHold|retention/i),
	restore: hasOption(/restore/i),
	resume: hasOption(/^resume$/),
	tags: hasOption(/tag/i),
	unfinishedUploads: hasOption(/uploads/i),
	versions: (parameters) => hasOption(/version/i)(parameters) || Boolean(parameters.versionId),
	wait: hasOption(/^wait/),
};

/** Buckets decide that, not parameters. */
const ofVersionedBuckets = /in a bucket with versions/;

/** Returns those of the permissions of an operation that a node with these parameters needs. */
export const permissionsOfNode = (permissions: Permission[], parameters: Parameters): Permission[] =>
	permissions
		.filter(({ only }) => !only || String(parameters[only.parameter]) === only.value)
		.filter(
			({ option, when = '' }) => !option || ofVersionedBuckets.test(when) || (uses[option]?.(parameters) ?? true),
		);
