import { badInput } from '../../../core/errors/badInput';
import { binaryFile } from '../../../core/io/binary';
import type { ItemContext } from '../../../core/operation';
import { download } from '../../../s3/read/download';
import { hasNeverKeptVersions } from '../../../s3/settings/versioning';
import { doubtHint } from '../../../s3/list/stateAtTime';
import { bucketSource, inventorySource } from '../../../s3/sources/bucketSource';
import { itemsSource } from '../../../s3/sources/itemsSource';
import type { KeyMap } from '../../../s3/sources/keyMap';
import { listedSource } from '../../../s3/sources/listedSource';
import { mappedSource } from '../../../s3/sources/mappedSource';
import { pastSource } from '../../../s3/sources/pastSource';
import type { Copier, Source } from '../../../s3/pairs/source';
import type { Side } from '../../../s3/pairs/sides';
import { endedBy } from '../../../s3/pairs/sides';
import { incomingItems } from './incomingItems';
import { inventoryEntries, manifestAt } from './inventoryReport';
import type { KeyFile } from './keyList';
import { belowPrefix, keysIn } from './keyList';
import { keyMapping } from '../fields/keyMapping';
import type { TransferParams } from '../fields/transferFields';
import type { SourceParts } from '../fields/transferParams';

/** What the sources need from a call. */
export type SourceContext = Pick<
	ItemContext<TransferParams>,
	'n8n' | 'item' | 'items' | 'paramsOfItems' | 'budget' | 'hint'
>;

const past = (side: Side, copier: Copier, { hint }: SourceContext, asOf: Date): Source => {
	if (asOf > new Date()) throw badInput("'As Of' is in the future", 'Enter a time that has passed.');
	const source = pastSource(side, copier, { time: asOf, onDoubt: () => hint(doubtHint('As Of')) });
	return {
		...source,
		pages: async function* (signal, leaveOut) {
			if (await hasNeverKeptVersions(side.s3.endedBy(signal), side.bucket))
				throw badInput(
					`The bucket '${side.bucket}' has no versioning, so its state at the time in 'As Of' is unknown`,
					"Remove 'As Of' from 'Options' to copy the current objects.",
				);
			yield* source.pages(signal, leaveOut);
		},
	};
};

/** The ETag of the list at first reading: a mirror must not copy by one list and delete by another. */
interface SeenList {
	etag?: string;
}

/** Reads the file with the keys again each time the source is listed. Throws if it has changed. */
async function* keysOfFile(
	{ n8n, item, budget, hint }: SourceContext,
	{ s3, bucket, prefix }: Side,
	signal: AbortSignal,
	{ keysFrom, manifest = '', manifestField = '' }: TransferParams,
	seen: SeenList,
): AsyncGenerator<string[]> {
	const opened = async (): Promise<KeyFile> => {
		if (keysFrom === 'object') {
			const at = manifestAt(manifest, bucket, 'Manifest');
			const input = { Bucket: at.bucket, Key: at.key, IfMatch: seen.etag };
			const { body, ContentEncoding, ETag } = await download(s3, input, { budget });
			seen.etag = ETag;
			return { name: at.key, body, contentEncoding: ContentEncoding };
		}
		const file = await binaryFile({ n8n, item, signal }, manifestField, 'Input Data Field Name');
		const body = await file.open();
		return { name: file.name ?? '', body: asBuffers(body) };
	};
	yield* keysIn(await opened(), prefix, hint);
}

async function* asBuffers(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer> {
	for await (const chunk of chunks) yield Buffer.from(chunk);
}

const listed = (side: Side, copier: Copier, context: SourceContext, params: TransferParams) => {
	if (params.keysFrom !== 'items') {
		if (params.keysFrom === 'object') manifestAt(params.manifest ?? '', side.bucket, 'Manifest');
		const seen: SeenList = {};
		return listedSource(side, copier, (signal) => keysOfFile(context, endedBy(side, signal), signal, params, seen));
	}
	const keys = context.paramsOfItems.map(({ keyInList = '' }, number) =>
		belowPrefix(keyInList, side.prefix, `Item ${number + 1}`),
	);
	return listedSource(side, copier, async function* () {
		yield keys;
	});
};

const unmapped = (side: Side, copier: Copier, context: SourceContext, params: TransferParams): Source => {
	const { source, inventory = '', options } = params;
	const { budget } = context;
	const { s3 } = side;
	switch (source) {
		case 'items':
			return itemsSource(incomingItems(context), { budget, storageClass: options.storageClass });
		case 'list':
			return listed(side, copier, context, params);
		case 'inventory': {
			const at = manifestAt(inventory, side.bucket, 'Inventory Manifest');
			return inventorySource(side, copier, (signal) => inventoryEntries({ s3: s3.endedBy(signal), budget, at, side }));
		}
		default:
			return options.asOf ? past(side, copier, context, options.asOf) : bucketSource(side, copier);
	}
};

const refuse = (what: string, advice: string) => {
	throw badInput(what, advice);
};

const sourceNames = { bucket: 'Bucket', inventory: 'Inventory', items: 'Items', list: 'List of Keys' } as const;

/** Throws for contradicting sources, modes and key mappings. */
const refuseContradictions = (
	{ mode, onConflict, source, keysFrom, options }: TransferParams,
	map: KeyMap | undefined,
	{ n8n, items }: SourceContext,
) => {
	const { asOf, glob, regex, suffix } = options;
	const isOfItems = source === 'items' || (source === 'list' && keysFrom === 'items');
	if (mode === 'move' && source === 'items')
		refuse(
			"'Mode' cannot be 'Move' with the source 'Items', which have no originals in S3",
			"Set 'Mode' to 'Copy', then delete the copied originals with a node of their system.",
		);
	if (asOf && source !== 'bucket')
		refuse(
			`'As Of' does not work with the source '${sourceNames[source]}'`,
			"Set 'Source' to 'Bucket', or remove 'As Of' from 'Options'.",
		);
	if (asOf && mode === 'move')
		refuse(
			"'Mode' cannot be 'Move' with 'As Of', which copies older versions",
			"Set 'Mode' to 'Copy', or remove 'As Of' from 'Options'.",
		);
	if (mode === 'move' && map && !map.keepsOrder && /^(overwrite|newer)$/.test(onConflict) && !options.backupPrefix)
		refuse(
			"'Mode' cannot be 'Move' with these key changes: two objects could get one key, and a later run could overwrite the only copy of a moved object",
			"Set 'If Exists' to 'Rename' or 'Skip', or add 'Backup Prefix' in 'Options'.",
		);
	if (mode !== 'mirror') return;
	if (map && (glob || regex || suffix))
		refuse(
			'Filters by key do not work with a mirror that changes keys, because the original of a key at the destination is unknown',
			"Set 'Mode' to 'Copy', use 'Prefix' instead of the filter, or remove the key changes from 'Options'.",
		);
	if (map && !map.originals && (source === 'inventory' || source === 'list'))
		refuse(
			"'Mirror' from an inventory or a list does not work with 'Replace in Keys', 'Lower Case Keys' and 'Flatten Folders', because these cannot be reversed to find the originals",
			"Set 'Source' to 'Bucket', or 'Mode' to 'Copy'.",
		);
	if (isOfItems && n8n.getInputData().length !== items.length)
		refuse(
			'Some items are invalid or have different parameters, so the mirror could delete their objects',
			"Use the same parameters for all items except 'Key', content, size, time and checksum, and correct invalid items.",
		);
};

/** The source that the parameters describe. Throws for contradictions and invalid items, before the first request. */
export const sourceOf = (
	context: SourceContext,
	params: TransferParams,
	{ side, copier, passes }: SourceParts,
): Source => {
	const map = keyMapping(params.options);
	refuseContradictions(params, map, context);
	const source = unmapped(side, copier, context, params);
	return map ? mappedSource(source, map, passes) : source;
};
