import type { Bucket } from '@aws-sdk/client-s3';
import { ListBucketsCommand } from '@aws-sdk/client-s3';
import { limit, limited, returnAll } from '../../core/fields/paging';
import { options } from '../../core/fields/options';
import { operation } from '../../core/operation';
import type { S3 } from '../../s3/client/client';

/**
 * AWS returns `BucketRegion` only for paginated requests.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListBuckets.html
 */
const pageSize = 1000;

async function* listBuckets(s3: S3, namePrefix: string): AsyncGenerator<Bucket> {
	let ContinuationToken: string | undefined;
	do {
		const page = await s3.send(
			new ListBucketsCommand({ MaxBuckets: pageSize, Prefix: namePrefix || undefined, ContinuationToken }),
		);
		// S3-compatible servers may ignore the prefix.
		yield* (page.Buckets ?? []).filter(({ Name }) => Name?.startsWith(namePrefix));
		ContinuationToken = page.ContinuationToken;
	} while (ContinuationToken);
}

export default operation({
	resource: 'bucket',
	operation: 'getAll',
	name: 'Get Many',
	action: 'Get many buckets',
	description: 'List the buckets of the account',
	fields: [
		returnAll,
		limit,
		{
			displayName: 'Prefix',
			name: 'prefix',
			type: 'string',
			default: '',
			placeholder: 'e.g. my-company-',
			description: 'What the names begin with. Leave empty for all buckets.',
		},
		options(),
	],
	permissions: [{ action: 's3:ListAllMyBuckets', on: '*' }],
	effect: 'read',
	async *execute({ s3, params }) {
		for await (const { Name, CreationDate, BucketRegion } of limited(listBuckets(s3, params.prefix), params))
			yield { bucket: Name, created: CreationDate?.toISOString(), region: BucketRegion };
	},
});
