import { table } from './tables';

/** What to enter in the credential for each S3-compatible service, and which tests have run on it. */

const rows = [
	[
		'Ceph RGW',
		'`https://rgw.example.com:8080`, the address of the gateway',
		'the `api_name` of the zonegroup, often `default` or `us-east-1`',
		'on, unless `rgw dns name` is set',
		'16.2.15: `npm test s3`, with the differences in [Tested S3 servers](servers.md)',
	],
	[
		'MinIO',
		'`https://minio.example.com:9000`, not the address of the console',
		'`us-east-1`, unless `MINIO_REGION` is set',
		'on, unless `MINIO_DOMAIN` is set',
		'release of 2026-02-12: `npm run servers minio`, with the differences in [Tested S3 servers](servers.md)',
	],
	[
		'Cloudflare R2',
		'`https://ACCOUNT_ID.r2.cloudflarestorage.com`, without the bucket',
		'`auto`',
		'on',
		'not tried, from its [documentation](https://developers.cloudflare.com/r2/api/s3/api/)',
	],
	[
		'Wasabi',
		'`https://s3.eu-central-1.wasabisys.com`, with the region of the bucket',
		'the region in that address, here `eu-central-1`',
		'off',
		'not tried, from its [documentation](https://docs.wasabi.com/docs/service-urls-for-wasabis-storage-regions)',
	],
	[
		'Backblaze B2',
		'`https://s3.us-west-004.backblazeb2.com`, the _Endpoint_ of the bucket',
		'the second part of that address, here `us-west-004`',
		'off',
		'not tried, from its [documentation](https://www.backblaze.com/docs/cloud-storage-call-the-s3-compatible-api)',
	],
];

/** The section on credentials of the page on S3-compatible services. */
export const recipes = [
	'## Fill in the credential',
	"In _Amazon S3 API_, enter the keys, turn on 'S3-Compatible Service', and enter these fields. For a region that is not in the list, choose _Other (for S3-Compatible Services)_ in 'Region' and enter it in 'Region Code'.",
	table(['Service', "'Service URL'", 'Region', "'Force Path Style'", 'Tested'], rows),
	`- **Ceph**: create the keys with \`radosgw-admin user create\`. Version 16.2 ignores conditions of writes, so the node looks for the
  object first. It has no default encryption of buckets.
- **MinIO**: MinIO treats \`/x\` and \`x\` as the same key, and \`a//b\` and \`a/b\`. The node refuses items with both.
- **Cloudflare R2**: create an API token with _Object Read & Write_; Cloudflare then shows the access key and the secret. Such a token may not
  list buckets, so enter the bucket _By Name_, or in the credential's 'Bucket'. R2 has no versions, tags or ACLs.
- **Wasabi**: a bucket answers only at the address of its region. Keys come from _Access Keys_ in its console.
- **Backblaze B2**: create an application key, because the master key does not work with the S3-compatible API. \`keyID\` is the access key
  ID, \`applicationKey\` the secret. B2 refuses conditional writes and the CRC32 of uploads, so the node sends neither.`,
];
