import { setTimeout as sleep } from 'node:timers/promises';
import type { ServiceInputTypes, ServiceOutputTypes } from '@aws-sdk/client-s3';
import type { InitializeMiddleware } from '@smithy/types';
import type { Aws } from '../s3';

const patience = 60_000;

/**
 * Lets a client set policies as AWS takes them. The tests name users without an account, as other servers do; AWS refuses
 * a user that was made a moment ago, and what a policy says holds everywhere only after a while.
 */
export const policiesOfAws =
	({ account, settle }: Aws): InitializeMiddleware<ServiceInputTypes, ServiceOutputTypes> =>
	(next) =>
	async (args) => {
		const { input } = args;
		if (!('Policy' in input) || typeof input.Policy !== 'string') return await next(args);
		const Policy = input.Policy.replaceAll('arn:aws:iam:::', `arn:aws:iam::${account}:`);
		const end = Date.now() + patience;
		const put = async (): ReturnType<typeof next> =>
			await next({ ...args, input: { ...input, Policy } }).catch(async (error) => {
				if (error.name !== 'MalformedPolicy' || !/principal/i.test(error.message) || Date.now() > end) throw error;
				await sleep(2000);
				return await put();
			});
		const output = await put();
		await sleep(settle);
		return output;
	};
