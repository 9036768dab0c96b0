import type { Operation } from '../nodes/AwsS3/core/operation';
import { grantedFor } from '../nodes/AwsS3/operations/access/needs';
import type { Policy, Scope } from '../nodes/AwsS3/operations/access/policy';
import { policyFor } from '../nodes/AwsS3/operations/access/policy';

/** Generates docs/policies.md: policies as *Generate Policy* writes them. */

const scope: Scope = { bucket: 'my-bucket', prefix: '', region: 'us-east-1' };

const asJson = (policy: Policy) => `\`\`\`json\n${JSON.stringify(policy, null, 2)}\n\`\`\``;

/** Returns the page of ready policies. */
export const policiesPage = (operations: Operation[]) => {
	const everything = policyFor(grantedFor(operations, { kind: 'everything' }), scope);
	const readOnly = policyFor(grantedFor(operations, { kind: 'readOnly' }), scope);
	const appendOnly = policyFor(grantedFor(operations, { kind: 'appendOnly' }), { ...scope, isAppendOnly: true });
	return `${[
		'<!-- Made by `gulp build`; do not edit. -->',
		'# Ready policies',
		'_Access: Generate Policy_ writes these for your bucket or a folder in it, and others for chosen operations. To attach them, see [Create a credential](connection.md).',
		'## Reading only',
		asJson(readOnly),
		'## Appending only',
		"For backups: these keys can add objects, but cannot overwrite, read or delete any. S3 refuses each upload that does not ask for a new object, so set _If Exists_ of _Upload_ to _Fail_ or _Skip_. Copies into the bucket are refused as well. The last statement lets the connection's test delete what it has written.",
		asJson(appendOnly),
		'The statement `NoOverwriting` also binds users whose other policies allow more. A service that does not know these conditions refuses the policy or all writes. Switch off _Forbid Overwriting_ for it, and switch on versioning of the bucket, so that you can restore overwritten objects.',
		'## Everything in one bucket',
		"What all operations need with all of their options and settings. Choose the operations that you use instead, if you can: this policy also allows changing the bucket's policy and deleting the bucket.",
		asJson(everything),
		'`s3:ListAllMyBuckets` only fills the list of buckets in the editor. Leave that statement out, and enter names with _By Name_. It cannot be given by a bucket policy, and neither can `s3:CreateBucket`.',
		'## Encryption with a KMS key',
		'If a KMS key of your own encrypts the objects, reading needs `kms:Decrypt` on that key, and writing `kms:GenerateDataKey`; above 8 MiB both. _Generate Policy_ adds them for the key of the connection, or for the one in _KMS Key ARN_. They belong in the policy of the user or in that of the key, because a bucket policy cannot have them. The key `aws/s3` needs no permission.',
	].join('\n\n')}\n`;
};
