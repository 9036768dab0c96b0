// Finds and removes what runs have made at AWS.
import {
	DeleteAccessKeyCommand,
	DeleteRoleCommand,
	DeleteRolePolicyCommand,
	DeleteUserCommand,
	paginateListAccessKeys,
	paginateListRolePolicies,
	paginateListRoles,
	paginateListUsers,
} from '@aws-sdk/client-iam';
import {
	AbortMultipartUploadCommand,
	DeleteBucketCommand,
	DeleteBucketPolicyCommand,
	DeleteObjectCommand,
	DeleteObjectsCommand,
	ListBucketsCommand,
	ListMultipartUploadsCommand,
	ListObjectVersionsCommand,
	PutObjectLegalHoldCommand,
} from '@aws-sdk/client-s3';
import { setTimeout as sleep } from 'node:timers/promises';
import { namesOf } from './names.mjs';

const atOnce = 8;

const namesIn = async (pages, items, name) => {
	const names = [];
	for await (const page of pages) names.push(...(page[items] ?? []).map((one) => one[name]));
	return names;
};

/** The names of all users and roles; undefined where the keys may not see them. */
const accountsSeen = async (iam) =>
	await Promise.all([
		namesIn(paginateListUsers({ client: iam }, {}), 'Users', 'UserName'),
		namesIn(paginateListRoles({ client: iam }, {}), 'Roles', 'RoleName'),
	]).then(
		([users, roles]) => ({ users, roles }),
		(error) => {
			if (/^AccessDenied/.test(error.name)) return undefined;
			throw error;
		},
	);

/** The names of all buckets, users and roles of an account. Without permission, users and roles are undefined. */
export const inventory = async ({ s3, iam }) => {
	const { Buckets = [] } = await s3.send(new ListBucketsCommand({}));
	return { buckets: Buckets.map(({ Name }) => Name), ...(await accountsSeen(iam)) };
};

/**
 * Of an inventory, what a run has made, or any run where none is given.
 * @param {{ buckets: string[], users?: string[], roles?: string[] }} found
 * @param {string=} run
 */
export const madeBy = ({ buckets, users = [], roles = [] }, run) => ({
	buckets: namesOf(buckets, run),
	users: namesOf(users, run),
	roles: namesOf(roles, run),
});

/**
 * How many things an inventory has.
 * @param {{ buckets: string[], users?: string[], roles?: string[] }} found
 */
export const countOf = ({ buckets, users = [], roles = [] }) => buckets.length + users.length + roles.length;

const unlessGone = (error) => {
	if (!/^NoSuch|^NotFound$/.test(error.name)) throw error;
	return {};
};

/** Decodes the keys of a listing with `encoding-type=url`, which also holds what XML cannot, unless the server has ignored it. */
const decoder = (encoding) => (key) => (encoding === 'url' ? decodeURIComponent(key.replaceAll('+', ' ')) : key);

/** Takes the locks off a version and deletes it. Gives what is in the way, if something is. */
const deleteLocked = async (s3, Bucket, { Key, VersionId }) => {
	const at = { Bucket, Key, VersionId };
	const attempt = async (more) =>
		await s3.send(new DeleteObjectCommand({ ...at, ...more })).then(
			() => undefined,
			(error) => error,
		);
	// Buckets without Object Lock refuse to bypass it, and others may have no hold.
	if (!(await attempt({}))) return undefined;
	await s3.send(new PutObjectLegalHoldCommand({ ...at, LegalHold: { Status: 'OFF' } })).catch(() => undefined);
	if (!(await attempt({ BypassGovernanceRetention: true }))) return undefined;
	// Compliance mode ends by time only. The tests set it for seconds.
	await sleep(5000);
	return await attempt({});
};

/** Deletes versions; gives those that are still there, as far as S3 says so. */
const deleteAtOnce = async (s3, Bucket, versions) =>
	await s3.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects: versions, Quiet: true } })).then(
		({ Errors = [] }) => Errors,
		() => versions,
	);

const deletePage = async (s3, Bucket, versions, isAgain) => {
	// Some servers do not say which versions a lock has kept.
	const left = isAgain ? versions : await deleteAtOnce(s3, Bucket, versions);
	const faults = [];
	for (const { Key, VersionId } of left) faults.push(await deleteLocked(s3, Bucket, { Key, VersionId }));
	const [fault] = faults.filter(Boolean);
	if (fault) throw fault;
};

/** Lists pages and removes what is in them until there is nothing. What was removed and is still listed is tried again, once. */
const untilNothing = async (page, removeAll, idOf) => {
	for (let before, isAgain = false; ;) {
		const all = await page();
		if (all.length === 0) return;
		const first = idOf(all[0]);
		if (first === before && isAgain) throw new Error(`${first} is still there after it was removed`);
		isAgain = first === before;
		before = first;
		await removeAll(all, isAgain);
	}
};

const emptyBucket = async (s3, Bucket) => {
	// A test may have forbidden everything.
	await s3.send(new DeleteBucketPolicyCommand({ Bucket })).catch(() => undefined);
	const list = async (command) => await s3.send(command).catch(unlessGone);
	await untilNothing(
		async () => {
			const options = { Bucket, EncodingType: 'url' };
			const { Versions = [], DeleteMarkers = [], EncodingType } = await list(new ListObjectVersionsCommand(options));
			const decode = decoder(EncodingType);
			return [...Versions, ...DeleteMarkers].map(({ Key, VersionId }) => ({ Key: decode(Key), VersionId }));
		},
		async (versions, isAgain) => await deletePage(s3, Bucket, versions, isAgain),
		({ Key, VersionId }) => `${Key} (${VersionId})`,
	);
	await untilNothing(
		async () => {
			const options = { Bucket, EncodingType: 'url' };
			const { Uploads = [], EncodingType } = await list(new ListMultipartUploadsCommand(options));
			const decode = decoder(EncodingType);
			return Uploads.map(({ Key, UploadId }) => ({ Key: decode(Key), UploadId }));
		},
		async (uploads) => {
			for (const one of uploads) await s3.send(new AbortMultipartUploadCommand({ Bucket, ...one })).catch(unlessGone);
		},
		({ Key, UploadId }) => `${Key} (${UploadId})`,
	);
};

/** Removes a bucket with all that is in it. What was still on its way may arrive in between. */
const removeBucket = async ({ s3 }, Bucket, tries = 4) => {
	await emptyBucket(s3, Bucket);
	await s3.send(new DeleteBucketCommand({ Bucket })).catch(async (error) => {
		if (error.name !== 'BucketNotEmpty' || tries === 0) return unlessGone(error);
		await sleep(1000);
		return await removeBucket({ s3 }, Bucket, tries - 1);
	});
};

const removeUser = async ({ iam }, UserName) => {
	const keys = paginateListAccessKeys({ client: iam }, { UserName });
	for (const AccessKeyId of await namesIn(keys, 'AccessKeyMetadata', 'AccessKeyId'))
		await iam.send(new DeleteAccessKeyCommand({ UserName, AccessKeyId })).catch(unlessGone);
	await iam.send(new DeleteUserCommand({ UserName })).catch(unlessGone);
};

const removeRole = async ({ iam }, RoleName) => {
	for await (const { PolicyNames = [] } of paginateListRolePolicies({ client: iam }, { RoleName }))
		for (const PolicyName of PolicyNames)
			await iam.send(new DeleteRolePolicyCommand({ RoleName, PolicyName })).catch(unlessGone);
	await iam.send(new DeleteRoleCommand({ RoleName })).catch(unlessGone);
};

/**
 * Removes what a run has made, or any run where none is given, as far as the inventory has it. Gives what could not be
 * removed, in words.
 */
export const remove = async (clients, found, run) => {
	const { buckets, users, roles } = madeBy(found, run);
	const tasks = [
		...buckets.map((name) => [`bucket ${name}`, async () => await removeBucket(clients, name)]),
		...users.map((name) => [`user ${name}`, async () => await removeUser(clients, name)]),
		...roles.map((name) => [`role ${name}`, async () => await removeRole(clients, name)]),
	];
	const faults = [];
	const work = async () => {
		for (let task = tasks.shift(); task; task = tasks.shift()) {
			const [name, removeIt] = task;
			await removeIt().catch((error) => faults.push(`${name}: ${error.name}: ${error.message}`));
		}
	};
	await Promise.all(Array.from({ length: atOnce }, work));
	return faults;
};
