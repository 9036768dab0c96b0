import type { ObjectCannedACL } from '@aws-sdk/client-s3';
import type { Params } from '../field';
import { field } from '../field';
import { objectAcls, ownerships } from '../fields/choices';

/** Who owns the objects of a bucket. */
export const ownership = field({
	displayName: 'Object Ownership',
	name: 'objectOwnership',
	type: 'options',
	options: [...ownerships],
	default: 'BucketOwnerEnforced',
	description: 'Who owns objects uploaded by other accounts',
});

export const acl = field({
	displayName: 'ACL',
	name: 'acl',
	type: 'options',
	options: [...objectAcls],
	default: 'private',
	description: 'Predefined (canned) ACL',
});

const grantee = 'e.g. id=canonical-user-ID or uri=http://acs.amazonaws.com/groups/global/AllUsers';

/** Grants to single accounts or groups, in the syntax of S3's `x-amz-grant-*` headers. */
export const grants = [
	field({
		displayName: 'Grant Full Control',
		name: 'grantFullControl',
		type: 'string',
		default: '',
		placeholder: grantee,
		description: 'Accounts or groups with full access to the object and its ACL, separated by commas',
	}),
	field({
		displayName: 'Grant Read',
		name: 'grantRead',
		type: 'string',
		default: '',
		placeholder: grantee,
		description: 'Accounts or groups that can read the object, separated by commas',
	}),
	field({
		displayName: 'Grant Read ACP',
		name: 'grantReadACP',
		type: 'string',
		default: '',
		placeholder: grantee,
		description: 'Accounts or groups that can read the ACL, separated by commas',
	}),
	field({
		displayName: 'Grant Write ACP',
		name: 'grantWriteACP',
		type: 'string',
		default: '',
		placeholder: grantee,
		description: 'Accounts or groups that can change the ACL, separated by commas',
	}),
] as const;

type AccessOptions = Partial<Params<[typeof acl, ...typeof grants]>>;

const aclOf = (options: AccessOptions): { ACL?: ObjectCannedACL } => (options.acl ? { ACL: options.acl } : {});

/** Converts ACL and grants into the input of a request that writes an object or its ACL. */
export const accessInput = (options: AccessOptions) => ({
	...aclOf(options),
	GrantFullControl: options.grantFullControl || undefined,
	GrantRead: options.grantRead || undefined,
	GrantReadACP: options.grantReadACP || undefined,
	GrantWriteACP: options.grantWriteACP || undefined,
});
