import type { Tag } from '@aws-sdk/client-s3';
import { GetObjectTaggingCommand, PutObjectTaggingCommand } from '@aws-sdk/client-s3';
import { putTags, taggingHeader, tagsIn, tagsOf } from '../../nodes/AwsS3/s3/settings/tagging';

/** As much of S3 as keeps tags. */
const storeOf = () => {
	const kept = new Map<string, Tag[] | undefined>();
	const send = async (command: unknown) => {
		const isRead = command instanceof GetObjectTaggingCommand;
		if (!isRead && !(command instanceof PutObjectTaggingCommand)) throw new Error('Not known here');
		const { Bucket, Key, VersionId } = command.input;
		const at = [Bucket, Key, VersionId].join(' ');
		if (isRead) return { TagSet: kept.get(at) };
		return void kept.set(at, command instanceof PutObjectTaggingCommand ? command.input.Tagging?.TagSet : undefined);
	};
	return { send } as never;
};

test('the tags of a version are those that were given to it', async () => {
	const s3 = storeOf();
	const tags = [{ Key: 'a', Value: '1' }];
	await putTags(s3, { bucket: 'b', key: 'k', versionId: 'v' }, tags);
	expect(await tagsOf(s3, { bucket: 'b', key: 'k', versionId: 'v' })).toEqual(tags);
	expect(await tagsOf(s3, { bucket: 'b', key: 'k' })).toEqual([]);
	expect(await tagsOf(s3, { bucket: 'b', key: 'other', versionId: 'v' })).toEqual([]);
});

test.each<[string, Tag[], string]>([
	['none', [], ''],
	['one', [{ Key: 'a', Value: '1' }], 'a=1'],
	[
		'several, with what URLs are made of',
		[
			{ Key: 'a b', Value: 'ä&=+' },
			{ Key: 'c', Value: '' },
		],
		'a%20b=%C3%A4%26%3D%2B&c=',
	],
])('tags in a header: %s', (_, tags, header) => {
	expect(taggingHeader(tags)).toBe(header);
	expect(tagsIn(header)).toEqual(tags);
});

test('what is missing is empty', () => {
	expect(taggingHeader([{ Key: undefined, Value: undefined }])).toBe('=');
	expect(tagsIn()).toEqual([]);
});
