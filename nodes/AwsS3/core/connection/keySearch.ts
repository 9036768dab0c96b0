import type { INodeListSearchItems, INodeListSearchResult } from 'n8n-workflow';
import type { S3 } from '../../s3/client/client';
import { prefixIn } from '../../s3/keyPrefix';
import { findInside, keysFrom, levelOf } from '../../s3/list/findKeys';

/** The most matches inside of names that a list shows: the user types more to see others. */
const mostMatches = 100;

const isNew = (seen: Set<string>) => (path: string) => {
	if (seen.has(path)) return false;
	seen.add(path);
	return true;
};

/** What the user has typed, below the prefix that the connection is restricted to. */
const typedBelow = (base: string, text: string) => {
	if (text.startsWith(base) || base.startsWith(text)) return text.length > base.length ? text : base;
	return base + text;
};

const number = (count: number) => count.toLocaleString('en');

/** The last choice of a search: what was typed, with what was searched for it. */
const asTyped = (typed: string, searched: number, isAll: boolean): INodeListSearchItems => ({
	name: `${typed} (as typed; searched ${isAll ? 'all' : 'the first'} ${number(searched)} keys)`,
	value: typed,
});

const plain = (path: string): INodeListSearchItems => ({ name: path, value: path });

/** A folder among keys leads to them: n8n has no other way to open it. */
const asWayDown = (folder: string): INodeListSearchItems => ({
	name: `${folder} (folder: type its name to look inside)`,
	value: folder,
});

/** A text that ends with a slash opens a folder; other texts may be anywhere in a name. */
const searchesInside = (text: string, token?: string) => text !== '' && !text.endsWith('/') && token === undefined;

/** Lists keys for the editor: folders of the level, then objects, then those that have the text inside of their names. */
export const keyChoices = async (
	s3: S3,
	bucket: string,
	text: string,
	token?: string,
): Promise<INodeListSearchResult> => {
	const base = prefixIn(s3.connection, bucket);
	const beginning = typedBelow(base, text);
	if (token !== undefined) {
		const more = await keysFrom(s3, bucket, beginning, token);
		return { results: more.keys.map(plain), paginationToken: more.token };
	}
	const [all, { folders, keys }] = await Promise.all([keysFrom(s3, bucket, beginning), levelOf(s3, bucket, beginning)]);
	const inside = searchesInside(text) ? await findInside(s3, bucket, text, base) : undefined;
	const seen = new Set<string>([beginning].filter((path) => path.endsWith('/')));
	const ways = [...folders, ...(inside?.folders ?? []).slice(0, mostMatches)].filter(isNew(seen));
	const found = [...keys, ...all.keys, ...(inside?.keys ?? []).slice(0, mostMatches)].filter(isNew(seen));
	const typed = inside && !seen.has(beginning) ? [asTyped(beginning, inside.searched, inside.isAll)] : [];
	return { results: [...ways.map(asWayDown), ...found.map(plain), ...typed], paginationToken: all.token };
};

/** Lists folders for the editor: those of the level, then those that have the text inside of their names. */
export const folderChoices = async (
	s3: S3,
	bucket: string,
	text: string,
	token?: string,
): Promise<INodeListSearchResult> => {
	const base = prefixIn(s3.connection, bucket);
	const beginning = typedBelow(base, text);
	const { folders, token: next } = await levelOf(s3, bucket, beginning, token);
	const inside = searchesInside(text, token) ? await findInside(s3, bucket, text, base) : undefined;
	const seen = new Set<string>();
	// The folder that was opened can be chosen itself.
	const opened = text.endsWith('/') && token === undefined ? [beginning] : [];
	const found = [...opened, ...folders, ...(inside?.folders ?? []).slice(0, mostMatches)].filter(isNew(seen));
	const typed = inside && !seen.has(beginning) ? [asTyped(beginning, inside.searched, inside.isAll)] : [];
	return { results: [...found.map(plain), ...typed], paginationToken: next };
};
