// n8n closes an idle connection after 5 s, perhaps just as a test sends its next request there. So each gets its own.
const onAnyConnection = fetch;

const onFreshConnection: typeof fetch = async (address, options) => {
	const headers = new Headers(options?.headers);
	headers.set('connection', 'close');
	return await onAnyConnection(address, { ...options, headers });
};

Object.assign(globalThis, { fetch: onFreshConnection });

export {};
