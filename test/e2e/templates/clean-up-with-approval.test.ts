import {
	CreateMultipartUploadCommand,
	ListMultipartUploadsCommand,
	ListObjectVersionsCommand,
	PutBucketVersioningCommand,
	PutObjectCommand,
} from '@aws-sdk/client-s3';
import rest from '../../../sandbox/rest.cjs';
import { credential } from '../../support/e2e';
import { fillForms } from '../../support/forms';
import { makeBucket, sdk } from '../../support/s3';
import { template } from '../../support/templates';

const prepared = async () => {
	const bucket = await makeBucket();
	const VersioningConfiguration = { Status: 'Enabled' } as const;
	await sdk.send(new PutBucketVersioningCommand({ Bucket: bucket, VersioningConfiguration }));
	for (let version = 0; version < 5; version++)
		for (const Key of ['reports/a', 'reports/b', 'other/c'])
			await sdk.send(new PutObjectCommand({ Bucket: bucket, Key, Body: `version ${version}` }));
	await sdk.send(new CreateMultipartUploadCommand({ Bucket: bucket, Key: 'reports/unfinished' }));
	return bucket;
};

const left = async (bucket: string) => {
	const { Versions = [] } = await sdk.send(new ListObjectVersionsCommand({ Bucket: bucket }));
	const { Uploads = [] } = await sdk.send(new ListMultipartUploadsCommand({ Bucket: bucket }));
	return { versions: Versions.length, uploads: Uploads.length };
};

const answer = async (bucket: string, agree: string) => {
	const workflow = rest.withCredential(template('clean-up-with-approval'), await credential());
	return await fillForms(workflow, 'clean-up-s3', [[bucket, 'reports/', '1', '0'], [agree]]);
};

test('the plan is shown, and after a yes it is done', async () => {
	const bucket = await prepared();
	const { page, ran } = await answer(bucket, 'Yes');
	expect(ran.items('Plan')[0]?.json).toMatchObject({ versions: 6, uploads: 1 });
	expect(page).toContain('6 old versions and 1 unfinished uploads are gone');
	// Both current ones, one old version of each, and the five beside the folder.
	expect(await left(bucket)).toEqual({ versions: 9, uploads: 0 });
});

test('after a no everything is as it was', async () => {
	const bucket = await prepared();
	const { page } = await answer(bucket, 'No');
	expect(page).toContain('Everything is as it was');
	expect(await left(bucket)).toEqual({ versions: 15, uploads: 1 });
});
