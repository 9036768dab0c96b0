import type { BucketSetting } from '../../s3/settings/bucketSettings';
import { bucketSettings } from '../../s3/settings/bucketSettings';
import { byName } from '../../core/fields/choices';
import { badInput } from '../../core/errors/badInput';
import type { Permission } from '../../core/operation';
import { field } from '../../core/field';

type Listed = (typeof bucketSettings)[number];

/**
 * Creates the dropdown of the settings that support an operation: those for which `supports` returns a truthy value.
 */
export const settingField = (supports: (setting: BucketSetting) => unknown, preferred = 'versioning') =>
	field({
		displayName: 'Setting',
		name: 'setting',
		type: 'options',
		options: bucketSettings
			.filter(supports)
			.map(({ id, name, description }) => ({ name, value: id, description }))
			.sort(byName),
		default: preferred,
	});

/** Returns one permission per setting for which `action` names one, needed only if that setting is selected. */
export const settingPermissions = (action: (setting: Listed) => string | undefined): Permission[] =>
	bucketSettings.flatMap((setting) => {
		const needed = action(setting);
		const only = { parameter: 'setting', value: setting.id };
		return needed ? [{ action: needed, on: 'bucket' as const, when: `for ${setting.name}`, only }] : [];
	});

export const withId = bucketSettings.filter(({ hasMany }) => hasMany).map(({ id }) => id);

export const configurationId = field({
	displayName: 'Configuration ID',
	name: 'configurationId',
	type: 'string',
	displayOptions: { show: { setting: withId } },
	default: '',
	placeholder: 'e.g. weekly-report',
	description: 'ID of the configuration. A bucket can have several of this kind.',
});

/** Throws if the ID is empty for a setting of which a bucket can have several configurations. */
export const checkId = (setting: string, id = '') => {
	if (withId.includes(setting) && id === '')
		throw badInput(
			"'Configuration ID' is empty",
			'A bucket can have several of these. Enter the ID of the one to use.',
		);
};
