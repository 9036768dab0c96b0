import type { NamedCredential } from '../../s3/connection';
import { badInput } from '../errors/badInput';
import { bucket, folderPath, prefix } from '../fields/locators';
import type { AnyParams } from '../field';
import type { Operation } from '../operation';
import { field } from '../field';

export const destinationCredentialName = 'awsS3DestinationApi';

/** The second credential of a node, as its editor shows it. */
export const destinationCredential: NamedCredential = { side: 'destination', name: 'Amazon S3 Destination API' };

const anotherConnection = 'destinationConnection';

/** Whether an item copies to another connection, where the same key is a different object. */
export const goesElsewhere = (params: { destination?: unknown }) => params.destination === anotherConnection;

/** The value of *Destination* for another system, whose nodes handle the returned items. */
export const toItems = 'items';

/** Whether an item itself writes nothing, because other nodes do. */
export const givesItems = (params: { destination?: unknown }) => params.destination === toItems;

/** The connection to copy to. */
export const destination = field({
	displayName: 'Destination',
	name: 'destination',
	type: 'options',
	noDataExpression: true,
	options: [
		{
			name: 'Another Credential',
			value: anotherConnection,
			description: 'For another account or service. Streams the content through n8n.',
		},
		{ name: 'Same Credential', value: 'sameConnection', description: 'S3 copies the content itself, without n8n' },
	],
	default: 'sameConnection',
	description: 'Which credential to write the copy with. Select the second credential above.',
});

const [list, ...otherModes] = bucket.modes;

/** The bucket to copy or move to; its list comes from the destination's connection. */
export const destinationBucket = field({
	...bucket,
	displayName: 'Destination Bucket',
	name: 'destinationBucket',
	description: "The bucket to copy to. Leave empty to use the credential's bucket.",
	modes: [
		{ ...list, typeOptions: { ...list.typeOptions, searchListMethod: 'searchDestinationBuckets' } },
		...otherModes,
	],
});

const [prefixList, ...otherPrefixModes] = prefix.modes;

/** The ways to choose a prefix of the destination; its list comes from the destination's connection. */
export const destinationPrefixModes = [
	{ ...prefixList, typeOptions: { ...prefixList.typeOptions, searchListMethod: 'searchDestinationFolders' } },
	...otherPrefixModes,
] as const;

const [folderList, ...otherFolderModes] = folderPath.modes;

/** The same for a folder. */
export const destinationFolderModes = [
	{ ...folderList, typeOptions: { ...folderList.typeOptions, searchListMethod: 'searchDestinationFolders' } },
	...otherFolderModes,
] as const;

/** Returns whether a parameter belongs to the destination, by its name. */
export const isOfDestination = (name: string) => /^destination/.test(name);

/** Returns whether the parameters, raw or converted, select a second connection. */
export const hasDestination = ({ destination: chosen }: AnyParams) => chosen === anotherConnection;

/** When n8n shows the second credential and passes it to the node: for operations with such a field. */
export const destinationShownFor = (operations: Operation[]) => {
	const ours = operations.filter(({ fields }) => fields.some(({ name }) => name === destination.name));
	const valuesOf = (pick: (operation: Operation) => string) => [...new Set(ours.map(pick))].sort();
	return {
		resource: valuesOf(({ resource }) => resource),
		operation: valuesOf(({ operation }) => operation),
		destination: [anotherConnection],
	};
};

/** Throws if *Keep ACL* is on, because the grants name accounts that only the source knows. */
export const refuseKeepAcl = (keepAcl?: boolean) => {
	if (keepAcl)
		throw badInput(
			"'Keep ACL' does not work with 'Another Credential', because the ACL names accounts of the source",
			"Remove 'Keep ACL' from 'Options', or grant access at the destination with 'ACL' or a bucket policy.",
		);
};
