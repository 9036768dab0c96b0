import type { ServiceInputTypes, ServiceOutputTypes } from '@aws-sdk/client-s3';
import type { PresignedPostOptions } from '@aws-sdk/s3-presigned-post';
import { createPresignedPost } from '@aws-sdk/s3-presigned-post';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { setMaxListeners } from 'node:events';
import type { Capabilities } from '../capabilities';
import { capabilitiesOf } from '../capabilities';
import type { Connection, Defaults } from '../connection';
import { clientIn } from './clientCache';
import { failureFrom } from './errorResponse';
import type { Command } from './middleware';
import { refuseWrites, withDefaults } from './middleware';
import { learnRegion, regionFor, regionInRefusal } from './regionCache';

export type { Connection, Defaults } from '../connection';
export type { Command } from './middleware';

/** What an upload through a form has to meet. */
export type FormConditions = NonNullable<PresignedPostOptions['Conditions']>;

/** S3 as one item sees it: its requests end with the execution, and carry the item's defaults. */
export interface S3 {
	connection: Connection;
	signal?: AbortSignal;
	/** What the server can do, as far as it is known by now. */
	readonly capabilities: Capabilities;
	/** Whether nothing may be written: what would write says what it would do instead. */
	isDryRun: boolean;
	/** What its requests carry unless they say otherwise. */
	defaults: Defaults;
	/** Makes a request; throws what the SDK throws. */
	send<I extends ServiceInputTypes, O extends ServiceOutputTypes>(command: Command<I, O>): Promise<O>;
	/** The same S3, ended by this signal instead; by none for what must be done even after a stop, such as cleaning up. */
	endedBy(signal?: AbortSignal): S3;
	/** The same S3 in another region. */
	inRegion(region: string): S3;
	/**
	 * The address of a request, signed to be used by anybody for some seconds. The named headers have to be sent with it;
	 * all others are in the address. Nothing is sent.
	 */
	sign<I extends ServiceInputTypes, O extends ServiceOutputTypes>(
		command: Command<I, O>,
		expiresIn: number,
		headers: string[],
	): Promise<string>;
	/**
	 * The address and the fields of a form with which anybody can upload an object that meets the conditions.
	 * https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-HTTPPOSTConstructPolicy.html
	 */
	signForm(form: PresignedPostOptions): Promise<{ url: string; fields: Record<string, string> }>;
}

/** The action of S3's API; a bundler may add a number to the name of the class. */
const operationOf = (command: object) => command.constructor.name.replace(/Command\d*$/, '');

const bucketIn = (input: object) => ('Bucket' in input && typeof input.Bucket === 'string' ? input.Bucket : undefined);

/** How an item uses a connection. */
export interface Use {
	/** Ends its requests when it fires. */
	signal?: AbortSignal;
	defaults?: Defaults;
	/** Nothing may be written; a request that would is refused, whoever makes it. */
	isDryRun?: boolean;
	/** Hears of a bucket that is in another region than the connection. */
	onOtherRegion?: (bucket: string, region: string) => void;
}

/** Opens S3 for a connection. Nothing is sent yet. */
export const connect = (connection: Connection, use: Use = {}): S3 => {
	const { signal, defaults = connection.defaults ?? {}, onOtherRegion, isDryRun = false } = use;
	// Every request under way listens to it, and Node warns of a leak above ten.
	if (signal) setMaxListeners(0, signal);
	return {
		connection,
		signal,
		get capabilities() {
			return capabilitiesOf(connection);
		},
		isDryRun,
		defaults,
		send: async (command) => {
			if (isDryRun) command.middlewareStack.add(refuseWrites, { step: 'build', name: 'refuseWrites', override: true });
			const bucket = bucketIn(command.input);
			const region = regionFor(connection, bucket);
			const sendIn = async (there: string) => {
				if (there !== connection.region && bucket) onOtherRegion?.(bucket, there);
				return await clientIn(connection, there)
					.send(withDefaults(command, defaults), { abortSignal: signal })
					.catch((error) => {
						throw failureFrom(error, { connection, operation: operationOf(command), input: command.input });
					});
			};
			return await sendIn(region).catch(async (error) => {
				const right = connection.strictRegion ? undefined : regionInRefusal(error, region);
				if (!right || !bucket) throw error;
				const output = await sendIn(right);
				learnRegion(connection, bucket, right);
				return output;
			});
		},
		endedBy: (other) => connect(connection, { ...use, signal: other }),
		inRegion: (region) => connect({ ...connection, region }, use),
		sign: (command, expiresIn, names) => {
			const headers = new Set(names.map((name) => name.toLowerCase()));
			const region = regionFor(connection, bucketIn(command.input));
			return getSignedUrl(clientIn(connection, region, true), withDefaults(command, defaults), {
				expiresIn,
				signableHeaders: new Set([...headers, 'host']),
				unhoistableHeaders: headers,
			});
		},
		signForm: async (form) =>
			await createPresignedPost(clientIn(connection, regionFor(connection, form.Bucket), true), form),
	};
};
