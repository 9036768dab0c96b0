import type { ServiceInputTypes, ServiceOutputTypes } from '@aws-sdk/client-s3';
import type { PresignedPostOptions } from '@aws-sdk/s3-presigned-post';
import { createPresignedPost } from '@aws-sdk/s3-presigned-post';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { checkRequest } from '../answers/checkRequest';
import type { Command } from '../command';
import { bucketIn, operationOf } from '../command';
import type { Connection, Defaults } from '../connection';
import { abortable } from '../flow/abortable';
import { keysEnd } from '../identity/temporaryKeys';
import { withDefaults } from '../sdk/middleware';
import { clientIn } from './clientCache';
import { regionFor } from './rightRegion';

/** Conditions for an upload through an HTML form. */
export type FormConditions = NonNullable<PresignedPostOptions['Conditions']>;

/** What makes links and forms for people without keys, and sends no request to S3. */
export interface Links {
	/**
	 * Presigns a request, without sending it: anyone can use the URL for `expiresIn` seconds. The client must send the
	 * named headers; the URL contains all others.
	 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-presigned-url.html
	 */
	sign<I extends ServiceInputTypes, O extends ServiceOutputTypes>(
		command: Command<I, O>,
		expiresIn: number,
		headers: string[],
	): Promise<string>;
	/**
	 * Presigns an HTML form, with which anyone can upload an object that meets the conditions. Returns its URL and
	 * fields. https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-HTTPPOSTConstructPolicy.html
	 */
	signForm(form: PresignedPostOptions): Promise<{ url: string; fields: Record<string, string> }>;
	/**
	 * When links stop working that are signed now for the bucket of an input, because the keys that sign them expire;
	 * undefined for keys that do not. First renews keys that expire before a lifetime in seconds.
	 */
	linksEnd(input: object, lifetime: number): Promise<Date | undefined>;
}

interface Signing {
	connection: Connection;
	defaults: Defaults;
	signal?: AbortSignal;
	/** Called for each link to a key outside of the connection's prefix. */
	onOutside?: (bucket: string, key: string) => void;
}

/** What signs with the keys of a connection. */
export const linksOf = ({ connection, defaults, signal, onOutside }: Signing): Links => ({
	sign: async (command, expiresIn, headerNames) => {
		checkRequest(connection, operationOf(command), command.input, { onOutside, isLink: true });
		const headers = new Set(headerNames.map((name) => name.toLowerCase()));
		const region = regionFor(connection, bucketIn(command.input));
		return await getSignedUrl(clientIn(connection, region, true), withDefaults(command, defaults), {
			expiresIn,
			signableHeaders: new Set([...headers, 'host']),
			unhoistableHeaders: headers,
		});
	},
	signForm: async (form) => {
		checkRequest(connection, 'PostObject', form, { onOutside, isLink: true });
		return await createPresignedPost(clientIn(connection, regionFor(connection, form.Bucket), true), form);
	},
	linksEnd: async (input, lifetime) => {
		const { credentials } = clientIn(connection, regionFor(connection, bucketIn(input)), true).config;
		return await abortable(keysEnd(credentials, lifetime), signal, () => undefined);
	},
});
