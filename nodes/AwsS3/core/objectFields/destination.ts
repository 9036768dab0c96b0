import { badInput } from '../errors/badInput';
import { bucket, folderPath, prefix } from '../fields/locators';
import type { AnyParams } from '../field';
import type { Operation } from '../operation';
import { field } from '../field';

export const destinationCredentialName = 'awsS3DestinationApi';

const anotherConnection = 'destinationConnection';

/** Whether an item copies to another connection, where the same names are other objects. */
export const goesElsewhere = (params: { destination?: unknown }) => params.destination === anotherConnection;

/** The value of *Destination* for another system, whose nodes carry out what comes as items. */
export const toItems = 'items';

/** Whether an item writes nothing by itself, because other nodes carry it out. */
export const givesItems = (params: { destination?: unknown }) => params.destination === toItems;

/** The connection to copy to. */
export const destination = field({
	displayName: 'Destination',
	name: 'destination',
	type: 'options',
	noDataExpression: true,
	options: [
		{
			name: 'Another Connection',
			value: anotherConnection,
			description: 'The content goes through n8n, to another account or service',
		},
		{ name: 'Same Connection', value: 'sameConnection', description: 'S3 copies by itself, nothing goes through n8n' },
	],
	default: 'sameConnection',
	description: 'Where the copy goes. For another connection choose its credential above.',
});

const [list, ...otherModes] = bucket.modes;

/** The bucket to copy or move to; its list comes from the destination's connection. */
export const destinationBucket = field({
	...bucket,
	displayName: 'Destination Bucket',
	name: 'destinationBucket',
	description: "The bucket that it goes to. Leave empty for the connection's own bucket.",
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

/** When n8n shows, and gives to the node, the credential of the second connection: for the operations with such a field. */
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
			"'Keep ACL' does not go with another connection: the ACL names accounts of the source",
			"Take 'Keep ACL' out of 'Options', or set permissions of the destination with 'ACL' or a bucket policy.",
		);
};
