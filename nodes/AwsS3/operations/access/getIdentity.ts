import { ListBucketsCommand } from '@aws-sdk/client-s3';
import { options } from '../../core/fields/options';
import { operation } from '../../core/operation';
import { callerIdentity } from '../../s3/client/credentialProvider';

export default operation({
	resource: 'access',
	operation: 'getIdentity',
	name: 'Get Identity',
	action: 'Get the identity of a credential',
	description: 'Get the account and the user or role that the credential belongs to',
	fields: [options()],
	permissions: [],
	effect: 'read',
	async execute({ s3, signal }) {
		const { connection } = s3;
		return await callerIdentity(connection, signal).catch(async (error) => {
			if (s3.capabilities.callerIdentity === 'yes') throw error;
			// S3-compatible services often lack STS, but ListBuckets returns the owner.
			const { Owner } = await s3.send(new ListBucketsCommand({}));
			return { account: null, arn: null, userId: Owner?.ID, displayName: Owner?.DisplayName };
		});
	},
});
