// What the requests of a run cost at most. https://aws.amazon.com/s3/pricing/

const GB = 1e9;

/** US dollars in us-east-1, as of November 2026. Nothing of a free tier is deducted. */
const prices = {
	/** For 1,000 requests that write, by the storage class that they ask for. */
	write: {
		STANDARD: 0.005,
		REDUCED_REDUNDANCY: 0.005,
		INTELLIGENT_TIERING: 0.005,
		STANDARD_IA: 0.01,
		ONEZONE_IA: 0.01,
		GLACIER_IR: 0.02,
		GLACIER: 0.03,
		DEEP_ARCHIVE: 0.05,
	},
	/** For 1,000 requests that list. */
	list: 0.005,
	/** For 1,000 requests that read: the price of Standard-IA, which is above that of Standard. */
	read: 0.001,
	/** For 1 GB that leaves AWS, and the fee of Glacier Instant Retrieval on top. */
	received: 0.09 + 0.03,
	/** For 1 GB, as if all that was sent stayed a month in Standard: no class charges more for what is deleted early. */
	sent: 0.023,
};

/** Classes other than Standard charge for 128 KiB where an object is smaller. */
const smallest = 128 * 1024;

/** What the estimate assumes, for the user. */
export const assumptions = [
	'prices of us-east-1 as of November 2026, and nothing of a free tier deducted',
	'all requests of the tests and of the clean-up count, also those that S3 refuses; deletions of single objects, IAM and STS are free',
	'all bytes that were received leave AWS for the Internet',
	'all bytes that were sent stay for a month in Standard, though they are deleted after minutes',
	'not counted: requests to KMS (0.03 USD for 10,000)',
];

const withoutQuery = (path) => path.replace(/^https?:\/\/[^/]+/, '').replace(/\?.*$/s, '');

const names = (path) => new Set(new URLSearchParams(/\?(.*)$/s.exec(path)?.[1] ?? '').keys());

const hasKey = (host, path) => {
	const parts = withoutQuery(path).split('/').filter(Boolean);
	// The host of a virtual-hosted-style address begins with the bucket.
	return parts.length > (/^[^.]+\.s3[.-]/.test(host) ? 0 : 1);
};

/**
 * The kind of a request, by which S3 charges: `free`, `read`, `list`, or `write` with its storage class.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/aws-usage-report-understand.html
 * @param {{ method: string, host?: string, path: string, storageClass?: string, authorization?: string }} request
 */
export const kindOf = ({ method, host = '', path, storageClass, authorization = '' }) => {
	if (/\/(sts|iam)\/aws4_request/.test(authorization)) return 'free';
	if (method === 'DELETE') return 'free';
	if (method === 'PUT' || method === 'POST') return `write ${storageClass ?? 'STANDARD'}`;
	const query = names(path);
	if (query.has('uploadId')) return 'list';
	if (method !== 'GET' || hasKey(host, path)) return 'read';
	const isSetting = ![...query].every((name) =>
		/^(list-type|prefix|delimiter|marker|max-|encoding-type|fetch-owner|start-after|continuation-token|versions$|uploads$|key-marker|version-id-marker|upload-id-marker|optional|x-id)/i.test(
			name,
		),
	);
	return isSetting ? 'read' : 'list';
};

/** Sums the lines of a record: `+ <kind>` for a request, `= <sent> <received>` for bytes of a socket. */
export const tallyOf = (text) => {
	const tally = { requests: {}, sent: 0, received: 0 };
	for (const line of text.split('\n')) {
		const [, kind] = /^\+ (.+)$/.exec(line) ?? [];
		if (kind) tally.requests[kind] = (tally.requests[kind] ?? 0) + 1;
		const [, sent = 0, received = 0] = /^= (\d+) (\d+)$/.exec(line) ?? [];
		tally.sent += Number(sent);
		tally.received += Number(received);
	}
	return tally;
};

/** The cost of each kind of use, in US dollars at most. */
export const costOf = ({ requests, sent, received }) => {
	const entries = Object.entries(requests);
	const sum = (isMeant, price) =>
		entries.filter(([kind]) => isMeant(kind)).reduce((total, [kind, count]) => total + (count / 1000) * price(kind), 0);
	// A class that is not known is charged like the dearest one.
	const priceOfWrite = (kind) => prices.write[kind.slice('write '.length)] ?? Math.max(...Object.values(prices.write));
	const cold = entries.filter(([kind]) => kind.startsWith('write ') && kind !== 'write STANDARD');
	const padding = cold.reduce((total, [, count]) => total + count * smallest, 0);
	const costs = {
		write: sum(
			(kind) => kind.startsWith('write '),
			(kind) => priceOfWrite(kind),
		),
		list: sum(
			(kind) => kind === 'list',
			() => prices.list,
		),
		read: sum(
			(kind) => kind === 'read',
			() => prices.read,
		),
		received: (received / GB) * prices.received,
		sent: ((sent + padding) / GB) * prices.sent,
	};
	return { ...costs, total: Object.values(costs).reduce((total, one) => total + one, 0) };
};

const count = ({ requests }, isMeant) =>
	Object.entries(requests).reduce((total, [kind, number]) => total + (isMeant(kind) ? number : 0), 0);

const dollars = (amount) => `${amount.toFixed(2)} USD`;
const gigabytes = (bytes) => `${(bytes / GB).toFixed(2)} GB`;

/** A cost rounded up to a cent. */
export const roundedUp = (amount) => dollars(Math.ceil(amount * 100) / 100);

/** What was counted and what it costs, in lines for the user. */
export const costLines = (tally) => {
	const costs = costOf(tally);
	const row = (what, amount, cost) => `  ${what.padEnd(30)}${amount.padStart(12)}${dollars(cost).padStart(12)}`;
	const number = (isMeant) => count(tally, isMeant).toLocaleString('en');
	return [
		row(
			'requests that write',
			number((kind) => kind.startsWith('write ')),
			costs.write,
		),
		row(
			'requests that list',
			number((kind) => kind === 'list'),
			costs.list,
		),
		row(
			'requests that read',
			number((kind) => kind === 'read'),
			costs.read,
		),
		row(
			'free requests',
			number((kind) => kind === 'free'),
			0,
		),
		row('received', gigabytes(tally.received), costs.received),
		row('sent', gigabytes(tally.sent), costs.sent),
	];
};
