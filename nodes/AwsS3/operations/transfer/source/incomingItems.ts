import mime from 'mime-types';
import type { INodeExecutionData } from 'n8n-workflow';
import { badInput } from '../../../core/errors/badInput';
import { binaryBytes, binaryFile, fieldsOf } from '../../../core/io/binary';
import { contentOf } from '../../../core/io/sources';
import type { ItemContext } from '../../../core/operation';
import { checksumIn } from '../../../s3/sources/checksumText';
import type { Incoming } from '../../../s3/sources/itemsSource';
import type { TransferParams } from '../fields/transferFields';

type Work = Pick<ItemContext<TransferParams>, 'n8n' | 'items' | 'paramsOfItems'>;

/** One of the items, with its parameters and its number from 0. */
interface One {
	n8n: Work['n8n'];
	item: INodeExecutionData;
	params: TransferParams;
	number: number;
}

/** The name of an item in messages. */
const named = ({ number, params }: One) =>
	`Item ${number + 1}${params.keyOfItem === '' ? '' : ` ('${params.keyOfItem ?? ''}')`}`;

const label = 'Input Data Field Name';

const givenSize = (one: One): number | undefined => {
	const text = (one.params.itemSize ?? '').trim();
	if (text === '') return undefined;
	if (/^\d+$/.test(text)) return Number(text);
	throw badInput(
		`${named(one)} has a size that is not a number: '${text}'`,
		"Enter the number of bytes in 'Size (Bytes)', or leave it empty for a file.",
	);
};

/** The content size of an item, or a way to find it. Throws for an item without content. */
const sizeOf = (one: One): Incoming['size'] => {
	const { item, params, n8n } = one;
	const given = givenSize(one);
	if (params.content === 'url') {
		if (!URL.canParse(params.url ?? ''))
			throw badInput(
				`${named(one)} has no 'URL'`,
				"Enter an address that begins with https:// in 'URL', for example with an expression.",
			);
		if (given !== undefined) return given;
		throw badInput(
			`${named(one)} has no size`,
			"Enter the number of bytes in 'Size (Bytes)', which is required for a URL.",
		);
	}
	const field = params.binaryPropertyName ?? '';
	const data = item.binary?.[field];
	if (!data)
		throw badInput(
			`${named(one)} has no binary field '${field}'`,
			`Enter the name of a field with a file in '${label}'. ${fieldsOf(item)}`,
		);
	const bytes = binaryBytes(n8n, data);
	if (typeof bytes === 'number' && given !== undefined && bytes !== given)
		throw badInput(
			`${named(one)} has a file of ${bytes} bytes, and ${given} in 'Size (Bytes)'`,
			"Leave 'Size (Bytes)' empty, or check that the file is complete.",
		);
	return bytes;
};

const checksumOf = (one: One) => {
	const text = (one.params.itemChecksum ?? '').trim();
	const checksum = checksumIn(text);
	if (text === '' || checksum) return checksum;
	throw badInput(
		`${named(one)} has a checksum that is neither MD5 nor SHA-256: '${text}'`,
		"Enter it in hexadecimal digits or Base64 in 'Checksum', or leave it empty.",
	);
};

const incomingOf = (one: One): Incoming => {
	const { n8n, item, params } = one;
	const { keyOfItem: key = '', itemModified: modified, content, url } = params;
	return {
		...{ key, modified, size: sizeOf(one), checksum: checksumOf(one) },
		content: async (signal) => {
			const file =
				content === 'url'
					? await contentOf({ source: 'url', url }, { n8n, items: [item], signal })
					: await binaryFile({ n8n, item, signal }, params.binaryPropertyName ?? '', label);
			return { ...file, mimeType: file.mimeType || mime.lookup(key) || 'application/octet-stream' };
		},
	};
};

/**
 * The input items as objects to store. Throws before any request for an item without key or content, and for two with
 * the same key; names the item.
 */
export const incomingItems = ({ n8n, items, paramsOfItems }: Work): Incoming[] => {
	const numbers = new Map<string, number>();
	return paramsOfItems.map((params, number) => {
		const one = { n8n, params, number, item: items[number] ?? { json: {} } };
		const { keyOfItem: key = '' } = params;
		const other = numbers.get(key);
		if (other !== undefined)
			throw badInput(
				`${named({ ...one, number: other })} and item ${number + 1} have the same key`,
				"Use an expression in 'Key' that gives each item a unique key, such as {{ $json.id }}/{{ $json.name }}.",
			);
		numbers.set(key, number);
		return incomingOf(one);
	});
};
