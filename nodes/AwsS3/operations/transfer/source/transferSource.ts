import { badInput } from '../../../core/errors/badInput';
import { binaryFile } from '../../../core/io/binary';
import type { ItemContext } from '../../../core/operation';
import { download } from '../../../s3/read/download';
import { hasNeverKeptVersions } from '../../../s3/histories/keyHistory';
import { bucketSource } from '../../../s3/sources/bucketSource';
import { inventorySource } from '../../../s3/sources/inventorySource';
import { itemsSource } from '../../../s3/sources/itemsSource';
import type { KeyMap } from '../../../s3/sources/keyMap';
import { listedSource } from '../../../s3/sources/listedSource';
import { mappedSource } from '../../../s3/sources/mappedSource';
import { pastSource } from '../../../s3/sources/pastSource';
import type { Copier } from '../../../s3/sync/copier';
import type { Source } from '../../../s3/sync/look';
import type { Side } from '../../../s3/sync/sides';
import { endedBy } from '../../../s3/sync/sides';
import { incomingItems } from './incomingItems';
import { inventoryEntries, manifestAt } from './inventory';
import type { KeyFile } from './keyList';
import { belowPrefix, keysIn } from './keyList';
import { keyMapping } from '../fields/keyMapping';
import type { TransferParams } from '../fields/transferFields';
import type { SourceParts } from '../fields/transferParams';

/** What the sources need of a call. */
export type SourceContext = Pick<
	ItemContext<TransferParams>,
	'n8n' | 'item' | 'items' | 'paramsOfItems' | 'budget' | 'hint'
>;

const secondHint =
	"Something was written in the very second of 'As Of'. S3 keeps whole seconds, so it may be on the wrong side: check the result, or choose a time a second or two earlier or later.";

const past = (side: Side, copier: Copier, { hint }: SourceContext, asOf: Date): Source => {
	if (asOf > new Date()) throw badInput("'As Of' is in the future", 'Enter a time that has passed.');
	const source = pastSource(side, copier, { time: asOf, onDoubt: () => hint(secondHint) });
	return {
		...source,
		pages: async function* (signal, leaveOut) {
			if (await hasNeverKeptVersions(side.s3.endedBy(signal), side.bucket))
				throw badInput(
					`The bucket '${side.bucket}' keeps no versions, so nothing tells what it was at the time of 'As Of'`,
					"Take 'As Of' out of 'Options' to copy what is there now.",
				);
			yield* source.pages(signal, leaveOut);
		},
	};
};

/** The ETag of a list that was read before: a mirror must not delete by another list than the one that it has copied. */
interface SeenList {
	etag?: string;
}

/** Reads the file with the keys again whenever the source is walked. Throws if it is another one then. */
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

/** Throws for sources, modes and mappings that contradict each other. */
const refuseContradictions = (
	{ mode, onConflict, source, keysFrom, options }: TransferParams,
	map: KeyMap | undefined,
	{ n8n, items }: SourceContext,
) => {
	const { asOf, glob, regex, suffix } = options;
	const isOfItems = source === 'items' || (source === 'list' && keysFrom === 'items');
	if (mode === 'move' && source === 'items')
		refuse(
			"'Move' deletes originals, and items have none in S3",
			"Set 'Mode' to 'Copy', and delete the originals with a node of their own system, for those that 'Run' has copied.",
		);
	if (asOf && source !== 'bucket')
		refuse(
			`'As Of' goes with the source 'Bucket', not with '${sourceNames[source]}'`,
			"Set 'Source' to 'Bucket', or take 'As Of' out of 'Options'.",
		);
	if (asOf && mode === 'move')
		refuse(
			"'Move' deletes originals, and 'As Of' copies older versions of them",
			"Set 'Mode' to 'Copy', or take 'As Of' out of 'Options'.",
		);
	if (mode === 'move' && map && !map.keepsOrder && /^(overwrite|newer)$/.test(onConflict) && !options.backupPrefix)
		refuse(
			"'Move' with these changes of keys may give one key to several objects, and a later run would overwrite the only copy of one that is gone from the source",
			"Choose 'Rename' or 'Skip' in 'If Exists', or add 'Backup Prefix' in 'Options'.",
		);
	if (mode !== 'mirror') return;
	if (map && (glob || regex || suffix))
		refuse(
			'Filters by key do not go with a mirror that maps keys: of a key that only the destination has, nothing tells the original',
			"Set 'Mode' to 'Copy', choose a 'Prefix' instead of the filter, or take the mapping out of 'Options'.",
		);
	if (map && !map.originals && source === 'inventory')
		refuse(
			"'Mirror' cannot ask the bucket for originals that the inventory lacks, because 'Replace in Keys', 'Lower Case Keys' and 'Flatten Folders' do not lead back to them",
			"Set 'Source' to 'Bucket', or 'Mode' to 'Copy'.",
		);
	if (isOfItems && n8n.getInputData().length !== items.length)
		refuse(
			'Some items were refused, or have other parameters, and a mirror would take what they stand for as gone',
			"Give all items the same parameters but for their own 'Key', content, size, time and checksum, and correct those that were refused.",
		);
};

/** The source that the parameters describe. Throws for what contradicts itself and for bad items, before the first request. */
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
