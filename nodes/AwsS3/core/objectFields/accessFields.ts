import type { ObjectCannedACL } from '@aws-sdk/client-s3';
import type { Params } from '../field';
import { field } from '../field';
import { objectAcls, ownerships } from '../fields/choices';

/** Whom the objects of a bucket belong to. */
export const ownership = field({
	displayName: 'Object Ownership',
	name: 'objectOwnership',
	type: 'options',
	options: [...ownerships],
	default: 'BucketOwnerEnforced',
	description: 'Whom objects belong to that other accounts upload',
});

export const acl = field({
	displayName: 'ACL',
	name: 'acl',
	type: 'options',
	options: [...objectAcls],
	default: 'private',
	description: 'Who has access, as one of the sets that S3 knows',
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
		description: 'Who may read and write the object and its ACL, several separated by commas',
	}),
	field({
		displayName: 'Grant Read',
		name: 'grantRead',
		type: 'string',
		default: '',
		placeholder: grantee,
		description: 'Who may read the object, several separated by commas',
	}),
	field({
		displayName: 'Grant Read ACP',
		name: 'grantReadACP',
		type: 'string',
		default: '',
		placeholder: grantee,
		description: 'Who may read the ACL, several separated by commas',
	}),
	field({
		displayName: 'Grant Write ACP',
		name: 'grantWriteACP',
		type: 'string',
		default: '',
		placeholder: grantee,
		description: 'Who may change the ACL, several separated by commas',
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
