import type { IncomingMessage } from 'node:http';
import { createServer } from 'node:http';
import { json } from 'node:stream/consumers';
import { listen } from './listen';

interface Point {
	id: string;
	vector: number[];
	payload: { content: string; metadata: Record<string, unknown> };
}

interface Condition {
	key: string;
	match: { value: unknown };
}

interface Filter {
	must?: Condition[];
	must_not?: Condition[];
}

interface Asked {
	field_name?: string;
	vectors?: { size: number };
	points?: Point[];
	filter?: Filter;
}

interface Collection {
	size: number;
	points: Map<string, Point>;
	/** Fields with an index. Qdrant Cloud refuses filters by any other. https://qdrant.tech/documentation/guides/administration/#strict-mode */
	indexes: string[];
}

const fulfils =
	({ payload }: Point) =>
	({ key, match }: Condition) =>
		payload.metadata[key.replace(/^metadata\./, '')] === match.value;

const isMatched = (point: Point, { must = [], must_not: not = [] }: Filter) =>
	must.every(fulfils(point)) && !not.some(fulfils(point));

/**
 * Plays as much of Qdrant as a collection of chunks needs: it is created, gets points and loses them by a filter.
 * https://api.qdrant.tech/api-reference
 */
export const startQdrant = async () => {
	const collections = new Map<string, Collection>();
	/** Requests that are refused, once each. */
	const faults: Array<(path: string, asked: Asked) => boolean> = [];

	const inCollection = (name: string, rest: string, asked: Asked, method = '') => {
		const { vectors, points = [], filter = {}, field_name: field = '' } = asked;
		const found = collections.get(name);
		if (rest === '/exists') return { exists: found !== undefined };
		if (method === 'PUT' && rest === '') {
			if (found) return undefined;
			collections.set(name, { size: vectors?.size ?? 0, points: new Map(), indexes: [] });
			return true;
		}
		if (!found) return undefined;
		if (rest === '/index') {
			found.indexes.push(field);
			return { status: 'completed' };
		}
		if (rest === '/points/delete') {
			const conditions = [...(filter.must ?? []), ...(filter.must_not ?? [])];
			if (!conditions.every(({ key }) => found.indexes.includes(key))) return undefined;
			for (const point of [...found.points.values()])
				if (isMatched(point, filter)) found.points.delete(String(point.id));
			return { status: 'completed' };
		}
		if (rest !== '/points' || points.some(({ vector }) => vector.length !== found.size)) return undefined;
		for (const point of points) found.points.set(String(point.id), point);
		return { status: 'completed' };
	};

	const answer = (request: IncomingMessage, asked: Asked): unknown => {
		const { pathname } = new URL(request.url ?? '', 'http://qdrant');
		const index = faults.findIndex((fault) => fault(pathname, asked));
		if (index >= 0) {
			faults.splice(index, 1);
			return undefined;
		}
		if (pathname === '/collections') return { collections: [...collections.keys()].map((name) => ({ name })) };
		const [, name = '', rest = ''] = /^\/collections\/([^/]+)(.*)$/.exec(pathname) ?? [];
		return inCollection(name, rest, asked, request.method);
	};

	const server = createServer((request, response) => {
		const hasBody = request.headers['content-length'] !== undefined || request.headers['transfer-encoding'];
		void (hasBody ? json(request) : Promise.resolve({})).then((asked) => {
			const isKnown = request.headers['api-key'] === 'key-of-qdrant';
			const result = isKnown ? answer(request, asked as Asked) : undefined;
			const [status, body] =
				result === undefined ? [400, { status: { error: 'refused by the test' } }] : [200, { status: 'ok', result }];
			response
				.writeHead(isKnown ? status : 403, { 'content-type': 'application/json' })
				.end(JSON.stringify({ time: 0, ...body }));
		});
	});
	return {
		...{ url: `http://${await listen(server)}`, faults, collections },
		/** The chunks of each file, sorted. */
		chunks: (name: string) => {
			const texts: Record<string, string[]> = {};
			for (const { payload } of collections.get(name)?.points.values() ?? [])
				(texts[String(payload.metadata.file)] ??= []).push(payload.content);
			for (const list of Object.values(texts)) list.sort();
			return texts;
		},
	};
};
