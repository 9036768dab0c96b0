import { bucket, prefix } from '../../core/fields/locators';
import { limit, returnAll, simplify } from '../../core/fields/paging';
import { options, requestOptions, sseCustomerKey } from '../../core/fields/options';
import { filterOf, filterOptions, passing } from '../../core/filters/filters';
import { field } from '../../core/field';
import { operation } from '../../core/operation';
import { extrasInParallel, headIfThere, tagsIfThere } from '../../core/io/objectExtras';
import { listedObject } from '../../core/io/output';
import type { S3 } from '../../s3/client/client';
import type { Listed, Page } from '../../s3/list/list';
import { listPages } from '../../s3/list/list';
import { fixedLimit } from '../../s3/flow/concurrencyLimit';
import { poolAll } from '../../s3/flow/pool';

const recursive = field({
	displayName: 'Include Subfolders',
	name: 'recursive',
	type: 'boolean',
	default: true,
	description: 'Whether to list all objects under the prefix, or only this level and its folders',
});

const joined = field({
	displayName: 'Add to Each Object',
	name: 'join',
	type: 'multiOptions',
	options: [
		{ name: 'Metadata', value: 'metadata', description: 'One more request for each object' },
		{ name: 'Tags', value: 'tags', description: 'One more request for each object' },
	],
	default: [],
	description: 'Extra data to get for each object',
});

const returnOnly = field({
	displayName: 'Return Only',
	name: 'returnOnly',
	type: 'options',
	options: [
		{ name: 'Folders', value: 'folders', description: 'The folders of this level' },
		{ name: 'Objects', value: 'objects', description: 'The objects of this level' },
	],
	default: 'objects',
	description: "What to return when 'Include Subfolders' is off. Leave out for both.",
});

const startAfter = field({
	displayName: 'Start After',
	name: 'startAfter',
	type: 'string',
	default: '',
	placeholder: 'e.g. invoices/2026/0041.pdf',
	description: "List only keys after this one, in S3's order (UTF-8 bytes)",
});

const fetchExtras = async (s3: S3, Bucket: string, { Key }: Listed, join: string[]) => {
	const at = { bucket: Bucket, key: Key };
	const [tags, head] = await Promise.all([
		join.includes('tags') ? tagsIfThere(s3, at) : undefined,
		join.includes('metadata') ? headIfThere(s3, at) : undefined,
	]);
	return { ...(tags && { tags }), ...(head && { contentType: head.ContentType, metadata: head.Metadata }) };
};

export default operation({
	resource: 'object',
	operation: 'getAll',
	name: 'Get Many',
	action: 'List objects',
	description: 'List objects in a bucket or folder',
	fields: [
		bucket,
		prefix,
		recursive,
		returnAll,
		limit,
		simplify,
		options(...filterOptions, joined, ...requestOptions, returnOnly, sseCustomerKey, startAfter),
	],
	permissions: [
		{ action: 's3:ListBucket', on: 'bucket' },
		{ action: 's3:GetObjectTagging', on: 'object', when: 'to add tags', option: 'join' },
		{ action: 's3:GetObject', on: 'object', when: 'to add metadata', option: 'join' },
	],
	effect: 'read',
	async *execute({ s3, params }) {
		const { bucket: Bucket, options: chosen } = params;
		const { join = [] } = chosen;
		const only = params.recursive ? undefined : chosen.returnOnly;
		const passes = filterOf(chosen);
		let remaining = params.returnAll ? Infinity : (params.limit ?? Infinity);

		const itemsOf = async ({ folders, objects }: Page) => {
			const found = only === 'folders' ? [] : (await passing(objects, passes)).slice(0, remaining);
			const objectItems = found.map((object) => listedObject(object, params.simplify));
			const folderItems = only === 'objects' ? [] : folders.map((folder) => ({ key: folder, isFolder: true }));
			// The pool creates a signal per object, which takes longer than listing 100,000 of them.
			if (join.length === 0) return [...folderItems, ...objectItems];
			const extras = await poolAll(
				found,
				{ limit: fixedLimit(extrasInParallel), signal: s3.signal },
				async (object, signal) => await fetchExtras(s3.endedBy(signal), Bucket, object, join),
			);
			return [...folderItems, ...objectItems.map((file, index) => ({ ...file, ...extras[index] }))];
		};

		const pages = listPages(s3, {
			Bucket,
			Prefix: params.prefix || undefined,
			Delimiter: params.recursive ? undefined : '/',
			StartAfter: chosen.startAfter || undefined,
			FetchOwner: params.simplify ? undefined : true,
		});
		for await (const page of pages) {
			const items = await itemsOf(page);
			for (const item of items) {
				if (remaining-- <= 0) return;
				yield item;
			}
			if (remaining <= 0) return;
		}
	},
});
