import { execFile } from 'node:child_process';
import { createCipheriv, pbkdf2Sync, randomBytes, randomInt } from 'node:crypto';
import { promisify } from 'node:util';
import type { Server } from './s3';
import { signedRequest } from './signedRequest';

export interface User {
	name: string;
	accessKeyId: string;
	secretAccessKey: string;
}

/** How a server makes users and roles. S3 has no requests for that, so each server has its own way. */
interface Accounts {
	makeUser: (server: Server, name: string) => Promise<User>;
	/** Makes a role that the owner may take on, and that may do everything; gives its ARN. */
	makeRole: (server: Server, name: string) => Promise<string>;
	/** Limits a user to a number of buckets or objects. */
	limit?: (server: Server, user: string, what: 'buckets' | 'objects', most: number) => Promise<void>;
	/** Blocks a user. */
	suspend?: (server: Server, user: string) => Promise<void>;
	/** Lets a user do something in a bucket, where the server does not take that from the policy of the bucket. */
	allow?: (server: Server, user: string, statements: object[]) => Promise<void>;
	/** How a policy names a user, where that is not an ARN. */
	principalOf?: (user: string) => string;
}

const run = promisify(execFile);

/** Tells the administration of Ceph something; gives its answer. */
const radosgwAdmin = async ({ configFile = '' }: Server, ...args: string[]) => {
	const { stdout } = await run('radosgw-admin', ['-c', configFile, ...args]);
	return /^\s*[{[]/.test(stdout) ? JSON.parse(stdout) : stdout;
};

const everything = { Effect: 'Allow', Action: 's3:*', Resource: 'arn:aws:s3:::*' };
const policyOf = (Statement: object[]) => JSON.stringify({ Version: '2012-10-17', Statement });

const ceph: Accounts = {
	makeUser: async (server, name) => {
		const { keys } = await radosgwAdmin(server, 'user', 'create', `--uid=${name}`, `--display-name=${name}`);
		return { name, accessKeyId: String(keys[0].access_key), secretAccessKey: String(keys[0].secret_key) };
	},
	makeRole: async (server, name) => {
		const role = `--role-name=${name}`;
		const trust = policyOf([
			{ Effect: 'Allow', Principal: { AWS: ['arn:aws:iam:::user/owner'] }, Action: ['sts:AssumeRole'] },
		]);
		const { Arn } = await radosgwAdmin(server, 'role', 'create', role, `--assume-role-policy-doc=${trust}`);
		const policy = policyOf([everything]);
		await radosgwAdmin(server, 'role-policy', 'put', role, '--policy-name=all', `--policy-doc=${policy}`);
		return String(Arn);
	},
	limit: async (server, user, what, most) => {
		const uid = `--uid=${user}`;
		if (what === 'buckets') {
			await radosgwAdmin(server, 'user', 'modify', uid, `--max-buckets=${most}`);
			return;
		}
		const scope = [uid, '--quota-scope=user'];
		await radosgwAdmin(server, 'quota', 'set', ...scope, `--max-objects=${most}`);
		await radosgwAdmin(server, 'quota', 'enable', ...scope);
	},
	suspend: async (server, user) => void (await radosgwAdmin(server, 'user', 'suspend', `--uid=${user}`)),
};

/**
 * Encrypts what MinIO's administration takes encrypted only: salt, algorithm, nonce, and one piece of AES-GCM.
 * https://github.com/minio/madmin-go/blob/main/encrypt.go
 */
const encrypted = (password: string, text: string) => {
	const salt = randomBytes(32);
	const nonce = randomBytes(8);
	const key = pbkdf2Sync(password, salt, 8192, 32, 'sha256');
	const seal = (count: number, plain: string, more: Uint8Array) => {
		const cipher = createCipheriv('aes-256-gcm', key, Buffer.concat([nonce, Buffer.from([count, 0, 0, 0])]));
		cipher.setAAD(more);
		return Buffer.concat([cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
	};
	const lastPiece = Buffer.concat([Buffer.from([0x80]), seal(0, '', Buffer.alloc(0))]);
	return Buffer.concat([salt, Buffer.from([2]), nonce, seal(1, text, lastPiece)]);
};

const minioAdmin = async (server: Server, path: string, query: Record<string, string>, body: string | Uint8Array) =>
	await signedRequest(server, 's3', { method: 'PUT', path: `/minio/admin/v3/${path}`, query, body });

const minio: Accounts = {
	makeUser: async (server, name) => {
		const secretAccessKey = randomBytes(16).toString('hex');
		const user = JSON.stringify({ secretKey: secretAccessKey, status: 'enabled' });
		await minioAdmin(server, 'add-user', { accessKey: name }, encrypted(server.secretAccessKey, user));
		return { name, accessKeyId: name, secretAccessKey };
	},
	// Any name is a role with the permissions of the caller.
	makeRole: async (_server, name) => `arn:aws:iam:::role/${name}`,
	// Policies of buckets are for everybody there, those of users for users.
	allow: async (server, user, statements) => {
		await minioAdmin(server, 'add-canned-policy', { name: user }, policyOf(statements));
		const query = { policyName: user, userOrGroup: user, isGroup: 'false' };
		await minioAdmin(server, 'set-user-or-group-policy', query, '');
	},
};

/** Servers that take any keys and any role, and allow everything. */
const anybody: Accounts = {
	makeUser: async (_server, name) => ({ name, accessKeyId: name, secretAccessKey: randomBytes(16).toString('hex') }),
	makeRole: async (_server, name) => `arn:aws:iam::123456789012:role/${name}`,
};

const notThere = async () => {
	throw new Error('This server has no roles');
};

/** Its users are in its configuration; each has an account of its own. */
const swift: Accounts = {
	makeUser: async ({ guests = 0 }) => {
		const name = `guest${randomInt(guests)}`;
		return { name, accessKeyId: `${name}:${name}`, secretAccessKey: `${name}-secret` };
	},
	makeRole: notThere,
};

/** https://github.com/versity/versitygw/wiki/Multi-Tenant */
const versitygw: Accounts = {
	makeUser: async (server, name) => {
		const secretAccessKey = randomBytes(16).toString('hex');
		const account = `<Account><Access>${name}</Access><Secret>${secretAccessKey}</Secret><Role>userplus</Role></Account>`;
		const request = { method: 'PATCH', path: '/create-user', body: account };
		await signedRequest({ ...server, ...server.root }, 's3', request);
		return { name, accessKeyId: name, secretAccessKey };
	},
	makeRole: notThere,
	principalOf: (user) => user,
};

const isMade = (value: unknown): value is User & { arn: string } => typeof value === 'object' && value !== null;

/** Asks `test/aws.mjs` for a user or a role: it has the keys for that, and signs what they send through proxies. */
const madeByProgram = async ({ aws }: Server, what: 'user' | 'role', name: string) => {
	const response = await fetch(`${aws?.makers}${what}`, { method: 'POST', body: JSON.stringify({ name }) });
	const made: unknown = await response.json();
	if (response.ok && isMade(made)) return made;
	throw new Error(isMade(made) && 'message' in made ? String(made.message) : `No ${what} was made`);
};

const aws: Accounts = {
	makeUser: async (server, name) => await madeByProgram(server, 'user', name),
	makeRole: async (server, name) => (await madeByProgram(server, 'role', name)).arn,
};

/** By the kind of server. */
const byKind: Record<string, Accounts> = { ceph, minio, versitygw, swift, moto: anybody, fauxqs: anybody };

/** How users and roles are made on a server. Whatever stands in for AWS has IAM. */
export const accountsOf = ({ kind = 'ceph', aws: isAws }: Server) => (isAws ? aws : byKind[kind]);
