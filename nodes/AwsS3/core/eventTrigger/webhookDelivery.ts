import { createHash, timingSafeEqual } from 'node:crypto';
import type { IDataObject, IWebhookFunctions, IWebhookResponseData } from 'n8n-workflow';
import { jsonParse } from 'n8n-workflow';
import type { Connection } from '../../s3/connection';
import { connect } from '../../s3/client/client';
import { forgetOldest } from '../../s3/flow/recentNames';
import type { S3Event } from '../../s3/events/eventNames';
import { eventsIn, faultOf } from '../../s3/events/parseEvents';
import type { SeenEvents } from '../../s3/events/seenEvents';
import { identityOf, seenEvents } from '../../s3/events/seenEvents';
import { UnverifiedMessage, isOfSns, verifiedMessage } from '../../s3/events/snsMessage';
import type { ReportedScans } from './selectEvents';
import { eventSelector, itemOf } from './selectEvents';
import type { Selection, Sender } from './checkedParams';

/** Milliseconds for a certificate or a confirmation. SNS itself waits 15 seconds for the response. */
const timeout = 10_000;

/** Certificates by their addresses. SNS uses few, each for years. */
const certificates = new Map<string, string>();

/** What the webhook of a node has received since its settings changed. */
interface Memory {
	settings: string;
	seen: SeenEvents;
	reportedScans: ReportedScans;
	/** The running calls, by their events. */
	atWork: Map<string, Promise<void>>;
}

/** What the webhooks of this process have received. */
const seenByNode = new Map<string, Memory>();

const maxNodes = 100;

const remember = <V>(map: Map<string, V>, name: string, value: V, most: number): V => {
	map.set(name, value);
	forgetOldest(map, most);
	return value;
};

/** SNS did not answer. Any caller can name an address of SNS, so this does not fail an execution. */
class Unreachable extends Error {
	override name = 'Unreachable';
}

const get = async (n8n: IWebhookFunctions, url: string): Promise<string> => {
	const request = { url, timeout, json: false, disableFollowRedirect: true };
	const answered: unknown = await n8n.helpers.httpRequest(request).catch((error: unknown) => {
		const reason = error instanceof Error ? error.message : String(error);
		throw new Unreachable(`${new URL(url).host}, which n8n needs to check a message of SNS, did not answer: ${reason}`);
	});
	return String(answered);
};

const certificateAt = async (n8n: IWebhookFunctions, url: string) =>
	certificates.get(url) ?? remember(certificates, url, await get(n8n, url), 20);

const isSame = (one: string, other: string) => {
	const [first, second] = [one, other].map((text) => createHash('sha256').update(text).digest());
	return first !== undefined && second !== undefined && timingSafeEqual(first, second);
};

/** Whether a call has the token: MinIO sends it in a header, Ceph in each event. */
const hasToken = (authorization: string | undefined, events: S3Event[], token: string) =>
	isSame((authorization ?? '').replace(/^Bearer\s+/i, ''), token) ||
	(events.length > 0 && events.every(({ opaqueData = '' }) => isSame(opaqueData, token)));

const answer = (n8n: IWebhookFunctions, status: number, message: string): IWebhookResponseData => {
	n8n.getResponseObject().status(status).json({ message });
	return { noWebhookResponse: true };
};

/** The response of a node that accepts no calls. */
export const notFound = (n8n: IWebhookFunctions) => answer(n8n, 404, 'Not found');

/** A reason not to start the workflow, with the response for the sender. */
interface Refusal {
	status: number;
	message: string;
}

type Received = { events: S3Event[] } | Refusal;

/** The JSON in the body of a call. SNS declares it as text, Ceph as a form, so n8n does not parse it. */
const bodyOf = (n8n: IWebhookFunctions): unknown => {
	const request = n8n.getRequestObject();
	const raw: unknown = 'rawBody' in request ? request.rawBody : undefined;
	const body: unknown = Buffer.isBuffer(raw) ? raw.toString('utf8') : n8n.getBodyData();
	return typeof body === 'string' ? jsonParse<unknown>(body, { fallbackValue: null }) : body;
};

/** Why to reject a call. Throws for errors of our own. */
const refusalOf = (error: unknown): Refusal => {
	if (error instanceof UnverifiedMessage) return { status: 403, message: error.message };
	// SNS tries again.
	if (error instanceof Unreachable) return { status: 503, message: error.message };
	return { status: 400, message: faultOf(error).message };
};

const fromSns = async (n8n: IWebhookFunctions, body: unknown, topicArn: string): Promise<Received> => {
	const sent = await verifiedMessage(body, async (url) => await certificateAt(n8n, url));
	if (sent.topicArn !== topicArn) return { status: 403, message: 'Another topic' };
	if (sent.type === 'SubscriptionConfirmation') {
		const { subscribeUrl = '' } = sent;
		if (!isOfSns(subscribeUrl)) return { status: 403, message: 'Not an address of SNS' };
		await get(n8n, subscribeUrl);
		return { status: 200, message: 'Confirmed' };
	}
	if (sent.type !== 'Notification') return { status: 200, message: 'Not an event' };
	return { events: eventsIn(sent.message) };
};

const fromToken = (n8n: IWebhookFunctions, body: unknown, token: string): Received => {
	const { authorization } = n8n.getHeaderData();
	const events = eventsIn(body);
	return hasToken(authorization, events, token) ? { events } : { status: 403, message: 'Wrong token' };
};

const receive = async (n8n: IWebhookFunctions, sender: Sender): Promise<Received> => {
	try {
		const body = bodyOf(n8n);
		return sender.kind === 'sns' ? await fromSns(n8n, body, sender.topicArn) : fromToken(n8n, body, sender.token);
	} catch (error) {
		return refusalOf(error);
	}
};

/** What the webhook of this node has received. */
const memoryOf = (n8n: IWebhookFunctions): Memory => {
	const node = n8n.getNode();
	const name = `${n8n.getWorkflow().id ?? ''}/${node.id}/${n8n.getMode()}`;
	const settings = JSON.stringify(node.parameters);
	const known = seenByNode.get(name);
	// During a test, the user may send the same event again.
	if (known?.settings === settings && n8n.getMode() !== 'manual') return known;
	const fresh: Memory = { settings, seen: seenEvents(), reportedScans: new Map(), atWork: new Map() };
	return remember(seenByNode, name, fresh, maxNodes);
};

/** Waits until no other call works on one of the events, because it may fail. Returns a function that ends this turn. */
const turnOf = async ({ atWork }: Memory, events: S3Event[]) => {
	const ids = events.flatMap((event) => identityOf(event) ?? []);
	for (;;) {
		const others = ids.flatMap((id) => atWork.get(id) ?? []);
		if (others.length === 0) break;
		await Promise.all(others);
	}
	let done = () => {};
	const ended = new Promise<void>((resolve) => (done = resolve));
	for (const id of ids) atWork.set(id, ended);
	return () => {
		for (const id of ids) if (atWork.get(id) === ended) atWork.delete(id);
		done();
	};
};

/** Handles a call of the webhook: verifies the sender, and starts the workflow with new, selected events. */
export const receiveByWebhook = async (
	n8n: IWebhookFunctions,
	connection: Connection,
	selection: Selection,
	sender: Sender,
): Promise<IWebhookResponseData> => {
	const received = await receive(n8n, sender);
	if ('status' in received) {
		if (received.status >= 400) n8n.logger.warn(`Amazon S3 Event Trigger rejected a call: ${received.message}`);
		return answer(n8n, received.status, received.message);
	}
	const memory = memoryOf(n8n);
	const { seen, reportedScans } = memory;
	const done = await turnOf(memory, received.events);
	const news = received.events.filter((event) => seen.why(event) === undefined);
	const response = n8n.getResponseObject();
	// The sender may have closed the connection in the meantime.
	if (response.closed) done();
	else response.once('close', done);
	const events = await eventSelector(selection, connect(connection), reportedScans)(news);
	// If n8n cannot start the workflow, the sender tries again.
	response.once('finish', () => {
		if (response.statusCode >= 300) return;
		for (const event of news) {
			seen.begin(event);
			seen.add(event);
		}
	});
	if (events.length === 0) return answer(n8n, 200, 'Nothing to do');
	const webhookResponse: IDataObject = { message: 'Started' };
	return { workflowData: [events.map(itemOf)], webhookResponse };
};
