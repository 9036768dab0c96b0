// Users and roles for the tests, made with IAM. They have a permissions boundary, so that the keys of a run cannot give
// anything that is not S3. https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html
import {
	CreateAccessKeyCommand,
	CreateRoleCommand,
	CreateUserCommand,
	PutRolePolicyCommand,
} from '@aws-sdk/client-iam';
import { ListBucketsCommand } from '@aws-sdk/client-s3';
import { AssumeRoleCommand } from '@aws-sdk/client-sts';
import { setTimeout as sleep } from 'node:timers/promises';
import { s3For } from './clients.mjs';
import { family } from './names.mjs';

const PermissionsBoundary = 'arn:aws:iam::aws:policy/AmazonS3FullAccess';

/** How a test that needs a user or a role ends where the keys may not make one. */
export const noAccounts = 'These keys may not make users and roles with IAM, which this test needs';

const policyOf = (...Statement) => JSON.stringify({ Version: '2012-10-17', Statement });

/** What the role may do, in the buckets of the tests only. */
const ofRole = policyOf(
	{ Effect: 'Allow', Action: 's3:*', Resource: [`arn:aws:s3:::${family}*`] },
	{ Effect: 'Allow', Action: 's3:ListAllMyBuckets', Resource: '*' },
);

const explained = (error) => {
	throw /^AccessDenied/.test(error.name) ? new Error(noAccounts) : error;
};

/**
 * New keys and roles are not known everywhere at once: tries until one works.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot.html#troubleshoot_general_eventual-consistency
 */
const untilKnown = async (isKnown, what) => {
	for (const end = Date.now() + 90_000; !(await isKnown());) {
		if (Date.now() > end) throw new Error(`${what} was made, but does not work after 90 seconds`);
		await sleep(2000);
	}
};

/** How users and roles are made with the clients of a run. `settle` milliseconds pass before what was made is used. */
export const makersOf = ({ iam, sts }, { addresses, account, settle }) => ({
	user: async (UserName) => {
		await iam.send(new CreateUserCommand({ UserName, PermissionsBoundary })).catch(explained);
		const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName })).catch(explained);
		const keys = { accessKeyId: AccessKey.AccessKeyId, secretAccessKey: AccessKey.SecretAccessKey };
		const s3 = s3For(addresses, keys);
		// A key that is known may be refused for what it may do.
		await untilKnown(
			async () =>
				await s3.send(new ListBucketsCommand({})).then(
					() => true,
					({ name }) => name === 'AccessDenied',
				),
			`The user ${UserName}`,
		);
		await sleep(settle);
		return { name: UserName, ...keys };
	},
	role: async (RoleName) => {
		const Principal = { AWS: `arn:aws:iam::${account}:root` };
		const AssumeRolePolicyDocument = policyOf({ Effect: 'Allow', Principal, Action: 'sts:AssumeRole' });
		const { Role } = await iam
			.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument, PermissionsBoundary }))
			.catch(explained);
		await iam.send(new PutRolePolicyCommand({ RoleName, PolicyName: 'all', PolicyDocument: ofRole })).catch(explained);
		const session = { RoleArn: Role.Arn, RoleSessionName: 'test', DurationSeconds: 900 };
		await untilKnown(
			async () =>
				await sts.send(new AssumeRoleCommand(session)).then(
					() => true,
					() => false,
				),
			`The role ${RoleName}`,
		);
		await sleep(settle);
		return { arn: Role.Arn };
	},
});
