import type { Operation } from '../nodes/AwsS3/core/operation';
import { grantedFor } from '../nodes/AwsS3/operations/access/grantedPermissions';
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
		'For backups: these keys can add objects, but cannot overwrite, read or delete any. S3 refuses each upload that does not require a new key, so set _If Exists_ of _Upload_ to _Fail_ or _Skip_. Copies into the bucket fail as well. The last statement lets the credential test delete the object that it has written.',
		asJson(appendOnly),
		'The statement `NoOverwriting` also binds users whose other policies allow more. A service that does not know these conditions refuses the policy or all writes. For such a service, turn off _Forbid Overwriting_, and turn on versioning of the bucket, so that you can restore overwritten objects.',
		'## Everything in one bucket',
		"The permissions of all operations with all their options and settings. If you can, generate a policy for only the operations that you use: this one also allows changing the bucket's policy and deleting the bucket.",
		asJson(everything),
		'`s3:ListAllMyBuckets` only fills the list of buckets in the editor. To avoid it, leave that statement out, and enter names with _By Name_. A bucket policy cannot allow it, and neither can it allow `s3:CreateBucket`.',
		'## Encryption with a KMS key',
		'If your own KMS key encrypts the objects, reading needs `kms:Decrypt` on that key, and writing needs `kms:GenerateDataKey`; writing 8 MiB or more needs both. _Generate Policy_ adds them for the key in the credential, or for the one in _KMS Key ARN_. Put them into the policy of the user or of the key, because a bucket policy cannot have them. The key `aws/s3` needs no permission.',
	].join('\n\n')}\n`;
};
