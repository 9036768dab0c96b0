import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:http';
import { listen } from './listen';

/** A file of a document library, in a folder by its ID; a folder has no content. */
interface DriveItem {
	id: string;
	name: string;
	parent: string;
	content?: string;
	modified?: string;
	isDeleted?: boolean;
	/** It is listed, and its download is refused. */
	isLocked?: boolean;
}

const idOfRoot = 'root';

/**
 * Plays as much of Microsoft Graph as a backup of a document library needs: a token for an app, the pages of `delta`, which name
 * for each item only the folder that it is in, and downloads without a login.
 * https://learn.microsoft.com/en-us/graph/api/driveitem-delta
 */
export const startGraph = async (drive: string) => {
	const items = new Map<string, DriveItem>();
	const downloads: string[] = [];
	/** Tokens of pages that are refused. */
	const refusedPages: string[] = [];
	const entryOf = ({ id, name, parent, content, modified, isDeleted }: DriveItem) => ({
		...{ id, name, parentReference: { id: parent } },
		...(isDeleted && { deleted: { state: 'deleted' } }),
		...(content === undefined
			? { folder: { childCount: 1 } }
			: {
					...{ file: { mimeType: 'text/plain' }, size: Buffer.byteLength(content) },
					...{ lastModifiedDateTime: modified, '@microsoft.graph.downloadUrl': `${url}/content/${id}` },
				}),
	});
	const json = (response: ServerResponse, body: object, status = 200) =>
		response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));

	const answer = ({ url: path = '', headers }: IncomingMessage, response: ServerResponse) => {
		const { pathname, searchParams } = new URL(path, url);
		if (pathname === '/token') return json(response, { access_token: 'of-the-app', token_type: 'Bearer' });
		if (pathname.startsWith('/content/')) {
			const { content, isLocked } = items.get(pathname.slice('/content/'.length)) ?? {};
			downloads.push(pathname);
			return content === undefined || isLocked
				? json(response, { error: { code: 'accessDenied' } }, 403)
				: response.writeHead(200).end(content);
		}
		if (headers.authorization !== 'Bearer of-the-app')
			return json(response, { error: { code: 'unauthenticated' } }, 401);
		if (pathname !== `/v1.0/${drive}/root/delta`) return json(response, { error: { code: 'itemNotFound' } }, 404);
		if (refusedPages.includes(searchParams.get('token') ?? ''))
			return json(response, { error: { code: 'serviceNotAvailable' } }, 503);
		const root = { id: idOfRoot, name: 'root', root: {}, folder: {}, parentReference: { driveId: 'd' } };
		const all = [root, ...[...items.values()].map(entryOf)];
		const from = Number(searchParams.get('token') ?? 0);
		const next = from + 3;
		return json(response, {
			value: all.slice(from, next),
			...(next < all.length
				? { '@odata.nextLink': `${url}/v1.0/${drive}/root/delta?token=${next}` }
				: { '@odata.deltaLink': `${url}/v1.0/${drive}/root/delta?token=end` }),
		});
	};
	const url: string = `http://${await listen(createServer(answer))}`;
	return {
		...{ url: `${url}/v1.0`, tokenUrl: `${url}/token`, downloads, refusedPages },
		/** Adds an item, or replaces the one with its ID. */
		put: (item: Omit<DriveItem, 'parent'> & { parent?: string }) => items.set(item.id, { parent: idOfRoot, ...item }),
	};
};
