import type { ServiceInputTypes, ServiceOutputTypes } from '@aws-sdk/client-s3';
import type { DeserializeMiddleware } from '@smithy/types';
import type { Connection } from '../connection';
import { isMembers, textOf } from './members';

/** Milliseconds of one unit of the time in an answer. */
const second = 1000;

/** By the URL of a service, how many milliseconds its clock is ahead of that of this machine, as far as it certainly is. */
const leads = new Map<string | undefined, number>();

/**
 * Remembers the clock of the server that answers. It wrote the time between the request and the arrival of its answer, so a
 * late answer does not count as a wrong clock. https://www.rfc-editor.org/rfc/rfc9110#name-date
 */
export const keepingTime =
	(endpoint: string | undefined): DeserializeMiddleware<ServiceInputTypes, ServiceOutputTypes> =>
	(next) =>
	async (args) => {
		const sent = Date.now();
		const result = await next(args);
		const headers = isMembers(result.response) ? result.response.headers : undefined;
		const written = Date.parse((isMembers(headers) && textOf(headers.date)) || '');
		if (Number.isNaN(written)) return result;
		const [least, most] = [written - Date.now(), written + second - sent];
		leads.set(endpoint, least > 0 ? least : Math.min(most, 0));
		return result;
	};

/**
 * The time by the clock of a server, once it has answered: several machines agree on it, even if the clock of one is wrong.
 */
export const serverTime = ({ endpoint }: Pick<Connection, 'endpoint'>): Date =>
	new Date(Date.now() + (leads.get(endpoint) ?? 0));
