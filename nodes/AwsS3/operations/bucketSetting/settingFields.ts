import type { BucketSetting } from '../../s3/settings/bucketSettings';
import { bucketSettings } from '../../s3/settings/bucketSettings';
import { byName } from '../../core/fields/choices';
import { badInput } from '../../core/errors/badInput';
import type { Permission } from '../../core/operation';
import { field } from '../../core/field';

type Listed = (typeof bucketSettings)[number];

/** The dropdown of the settings for which `can` gives something. */
export const settingField = (can: (setting: BucketSetting) => unknown, preferred = 'versioning') =>
	field({
		displayName: 'Setting',
		name: 'setting',
		type: 'options',
		options: bucketSettings
			.filter(can)
			.map(({ id, name, description }) => ({ name, value: id, description }))
			.sort(byName),
		default: preferred,
	});

/** For each setting the permission that `action` names for it. */
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
	description: 'Which of the configurations is meant: a bucket may have many of this kind',
});

/** Throws where a setting that a bucket may have many of is to be changed, and none of them is named. */
export const checkId = (setting: string, id = '') => {
	if (withId.includes(setting) && id === '')
		throw badInput("'Configuration ID' is empty", 'A bucket may have many of these. Enter the ID of the one you mean.');
};
