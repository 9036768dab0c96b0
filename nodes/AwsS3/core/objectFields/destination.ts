import { badInput } from '../errors/badInput';
import { bucket } from '../fields/locators';
import type { AnyParams } from '../field';
import { field } from '../field';

export const destinationCredentialName = 'awsS3DestinationApi';

const another = 'destinationConnection';

/** Which connection a copy goes to. */
export const destination = field({
	displayName: 'Destination',
	name: 'destination',
	type: 'options',
	noDataExpression: true,
	options: [
		{
			name: 'Another Connection',
			value: another,
			description: 'The content goes through n8n, to another account or service',
		},
		{ name: 'Same Connection', value: 'sameConnection', description: 'S3 copies by itself, nothing goes through n8n' },
	],
	default: 'sameConnection',
	description: 'Where the copy goes. For another connection choose its credential above.',
});

const [list, ...others] = bucket.modes;

/** The bucket that something goes to, out of those of the connection that it goes to. */
export const destinationBucket = field({
	...bucket,
	displayName: 'Destination Bucket',
	name: 'destinationBucket',
	description: "The bucket that it goes to. Leave empty for the connection's own bucket.",
	modes: [{ ...list, typeOptions: { ...list.typeOptions, searchListMethod: 'searchDestinationBuckets' } }, ...others],
});

/** Whether a parameter is one of the connection that something goes to. */
export const isOfDestination = (name: string) => /^destination/.test(name);

/** Whether the parameters, read or not, name a second connection. */
export const hasDestination = ({ destination: chosen }: AnyParams) => chosen === another;

/** Throws where the ACL should be kept: its grants name accounts that only the source knows. */
export const refuseKeepAcl = (keepAcl?: boolean) => {
	if (keepAcl)
		throw badInput(
			"'Keep ACL' does not go with another connection: the ACL names accounts of the source",
			"Take 'Keep ACL' out of 'Options', or set permissions of the destination with 'ACL' or a bucket policy.",
		);
};
