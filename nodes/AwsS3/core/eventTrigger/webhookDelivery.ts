import { createHash, timingSafeEqual } from 'node:crypto';
import type { IDataObject, IWebhookFunctions, IWebhookResponseData } from 'n8n-workflow';
import { jsonParse } from 'n8n-workflow';
import type { Connection } from '../../s3/connection';
import { connect } from '../../s3/client/client';
import type { S3Event } from '../../s3/events/eventNames';
import { eventsIn, faultOf } from '../../s3/events/parseEvents';
import type { SeenEvents } from '../../s3/events/seenEvents';
import { seenEvents } from '../../s3/events/seenEvents';
import { UnverifiedMessage, isOfSns, verifiedMessage } from '../../s3/events/snsMessage';
import { eventSelector, itemOf } from './selectEvents';
import type { Selection, Sender } from './settings';

/** Milliseconds for a certificate or a confirmation. SNS itself waits 15 seconds for the answer. */
const timeout = 10_000;

/** Certificates by their addresses. SNS uses few, each for years. */
const certificates = new Map<string, string>();

/** What was seen by the webhooks of this process. */
const seenByNode = new Map<string, { seen: SeenEvents; settings: string; select: ReturnType<typeof eventSelector> }>();

const maxNodes = 100;

const remember = <V>(map: Map<string, V>, name: string, value: V, most: number): V => {
	map.set(name, value);
	const [oldest] = map.keys();
	if (map.size > most && oldest !== undefined) map.delete(oldest);
	return value;
};

const get = async (n8n: IWebhookFunctions, url: string): Promise<string> =>
	String(await n8n.helpers.httpRequest({ url, timeout, json: false, disableFollowRedirect: true }));

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

/** The answer of a node that takes no calls. */
export const notFound = (n8n: IWebhookFunctions) => answer(n8n, 404, 'Not found');

/** A reason not to start the workflow, with the answer for the sender. */
interface Refusal {
	status: number;
	message: string;
}

type Received = { events: S3Event[] } | Refusal;

/** The JSON in the body of a call. SNS calls it text, Ceph the values of a form, so what n8n makes of it is no use. */
const bodyOf = (n8n: IWebhookFunctions): unknown => {
	const request = n8n.getRequestObject();
	const raw: unknown = 'rawBody' in request ? request.rawBody : undefined;
	const body: unknown = Buffer.isBuffer(raw) ? raw.toString('utf8') : n8n.getBodyData();
	return typeof body === 'string' ? jsonParse<unknown>(body, { fallbackValue: null }) : body;
};

/** Why a call is refused. Throws for a fault of our own. */
const refusalOf = (error: unknown): Refusal =>
	error instanceof UnverifiedMessage
		? { status: 403, message: error.message }
		: { status: 400, message: faultOf(error).message };

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

/** Handles a call of the webhook: checks who sends it, and starts the workflow with the events that are new and wanted. */
export const receiveByWebhook = async (
	n8n: IWebhookFunctions,
	connection: Connection,
	selection: Selection,
	sender: Sender,
): Promise<IWebhookResponseData> => {
	const received = await receive(n8n, sender);
	if ('status' in received) {
		if (received.status >= 400) n8n.logger.warn(`Amazon S3 Event Trigger refused a call: ${received.message}`);
		return answer(n8n, received.status, received.message);
	}
	const node = n8n.getNode();
	const name = `${n8n.getWorkflow().id ?? ''}/${node.id}/${n8n.getMode()}`;
	const settings = JSON.stringify(node.parameters);
	const known = seenByNode.get(name);
	// Who tests sends the same event again.
	const isTest = n8n.getMode() === 'manual';
	const { seen, select } =
		known?.settings === settings && !isTest
			? known
			: remember(
					seenByNode,
					name,
					{ settings, seen: seenEvents(), select: eventSelector(selection, connect(connection)) },
					maxNodes,
				);
	const news = received.events.filter((event) => seen.why(event) === undefined);
	const events = await select(news);
	const response = n8n.getResponseObject();
	// If n8n cannot start the workflow, the sender tries again.
	response.on('finish', () => {
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
