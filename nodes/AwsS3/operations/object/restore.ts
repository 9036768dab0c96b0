import { HeadObjectCommand } from '@aws-sdk/client-s3';
import { setTimeout as sleep } from 'node:timers/promises';
import { badInput } from '../../core/errors/badInput';
import { restoreTiers } from '../../core/fields/choices';
import { bucket, key, versionId } from '../../core/fields/locators';
import { options, requestOptions } from '../../core/fields/options';
import { field } from '../../core/field';
import { operation } from '../../core/operation';
import type { ObjectAt } from '../../s3/address';
import type { S3 } from '../../s3/client/client';
import { requestRestore } from '../../s3/write/requestRestore';
import { restoreStateOf } from '../../s3/storageClass';

const days = field({
	displayName: 'Days',
	name: 'days',
	type: 'number',
	typeOptions: { minValue: 1, numberPrecision: 0 },
	default: 7,
	description:
		'How long the restored copy stays available. You pay for it in addition to the archived object. Ignored for Intelligent-Tiering, which moves the object back itself.',
});

const tier = field({
	displayName: 'Tier',
	name: 'tier',
	type: 'options',
	options: [...restoreTiers],
	default: 'Standard',
	description: 'Faster tiers cost more',
});

const wait = field({
	displayName: 'Wait',
	name: 'wait',
	type: 'boolean',
	default: true,
	description:
		'Whether to wait until the object is restored. For waits of hours, use a loop with a Wait node and the operation Get instead, which blocks no worker.',
});

const maxWait = field({
	displayName: 'Max Wait (Minutes)',
	name: 'maxWaitMinutes',
	type: 'number',
	typeOptions: { minValue: 1 },
	default: 60,
	description: "When 'Wait' gives up",
});

const minute = 60_000;

/** The longest pause between two polls, in milliseconds: a restore takes at least minutes. */
const maxPause = minute / 2;

const readState = async (s3: S3, { bucket: Bucket, key: Key, versionId: VersionId }: ObjectAt) =>
	restoreStateOf((await s3.send(new HeadObjectCommand({ Bucket, Key, VersionId }))).Restore);

const waitUntilRestored = async (s3: S3, at: ObjectAt, minutes: number, signal: AbortSignal) => {
	const end = Date.now() + minutes * minute;
	for (let pause = 1000; ; pause = Math.min(2 * pause, maxPause)) {
		const state = await readState(s3, at);
		if (!state.ongoing || Date.now() + pause > end) return state;
		await sleep(pause, undefined, { signal });
	}
};

export default operation({
	resource: 'object',
	operation: 'restore',
	name: 'Restore From Archive',
	action: 'Restore an archived object',
	description: 'Restore an archived (Glacier) object for a number of days, and optionally wait for it',
	fields: [bucket, key, days, tier, options(maxWait, ...requestOptions, versionId, wait)],
	permissions: [
		{ action: 's3:RestoreObject', on: 'object' },
		{ action: 's3:GetObject', on: 'object', when: 'to wait', option: 'wait' },
		{ action: 's3:GetObjectVersion', on: 'object', when: 'to wait for a version', option: 'wait' },
	],
	effect: 'write',
	async execute({ s3, params, signal }) {
		const { bucket: Bucket, key: Key, options: chosen } = params;
		const at = { bucket: Bucket, key: Key, versionId: chosen.versionId || undefined };
		if (chosen.maxWaitMinutes !== undefined && !chosen.wait)
			throw badInput(
				"'Max Wait (Minutes)' has no effect without 'Wait'",
				"Add 'Wait' in 'Options', or remove 'Max Wait (Minutes)'.",
			);
		const requested = await requestRestore(s3, at, { days: params.days, tier: params.tier });
		if (!chosen.wait) return { requested, ...at };
		const { ongoing, ...state } = await waitUntilRestored(s3, at, chosen.maxWaitMinutes ?? 60, signal);
		return { requested, ...at, restored: !ongoing, ...state };
	},
});
