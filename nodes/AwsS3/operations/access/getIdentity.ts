import { ListBucketsCommand } from '@aws-sdk/client-s3';
import { options } from '../../core/fields/options';
import { operation } from '../../core/operation';
import { callerIdentity } from '../../s3/client/credentialProvider';

export default operation({
	resource: 'access',
	operation: 'getIdentity',
	name: 'Get Identity',
	action: 'Get the identity of the connection',
	description: 'Say which account, user or role the connection acts as',
	fields: [options()],
	permissions: [],
	effect: 'read',
	async execute({ s3, signal }) {
		const { connection } = s3;
		return await callerIdentity(connection, signal).catch(async (error) => {
			if (s3.capabilities.callerIdentity === 'yes') throw error;
			// S3-compatible services often have no STS, but ListBuckets names the owner.
			const { Owner } = await s3.send(new ListBucketsCommand({}));
			return { account: null, arn: null, userId: Owner?.ID, displayName: Owner?.DisplayName };
		});
	},
});
