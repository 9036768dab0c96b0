import { HeadObjectCommand } from '@aws-sdk/client-s3';
import { capabilitiesOf, hasSubresource, isAws } from '../capabilities';
import type { Connection } from '../connection';
import { fingerprint } from '../connection';
import { copiedObject } from '../address';
import { abortable } from '../flow/abortable';
import { codeOf, isS3Failure, s3Failure, statusOf, withDetails } from '../failure';
import type { Send } from '../command';
import { recentNames } from '../flow/recentNames';
import type { Request } from './request';
import { readsVersion, targetOf, text } from './request';
import { subresourceReadBy, subresourceWrittenBy } from './subresources';

/** What servers have shown to support, by connection, bucket and feature. */
const proven = recentNames(2000);

/** Running looks, by the same names. They never reject. */
const looks = new Map<string, Promise<void>>();

const nameOf = (connection: Connection, bucket: string, feature: string) =>
	`${fingerprint(connection)} ${bucket} ${feature}`;

const versions = 'versions';

/** Remembers what the answer to a request proves: that the server knows a subresource, or the versions of objects. */
export const learnFrom = (
	{ connection, operation, input }: Request,
	answer: { output: object } | { error: unknown },
) => {
	if (isAws(connection)) return;
	const { Bucket, VersionId } = targetOf(input);
	const subresource = subresourceReadBy(operation);
	if (subresource && ('output' in answer || subresource.absent?.test(codeOf(answer.error) ?? '')))
		proven.add(nameOf(connection, Bucket, subresource.id));
	if (readsVersion(operation, VersionId) && 'output' in answer) proven.add(nameOf(connection, Bucket, versions));
};

/** Runs `look` unless a feature is proven, or another look proves it in the meantime. A stop ends the wait. */
const lookOnce = async (name: string, signal: AbortSignal | undefined, look: () => Promise<void>) => {
	if (proven.has(name)) return;
	const running = looks.get(name);
	if (running) {
		await abortable(running, signal, () => undefined);
		if (proven.has(name)) return;
	}
	const own = look();
	const ended = own.catch(() => undefined).finally(() => looks.get(name) === ended && looks.delete(name));
	looks.set(name, ended);
	await own;
};

/** A version of an object. */
interface VersionAt {
	Bucket: string;
	Key: string;
	VersionId: string;
	SSECustomerAlgorithm?: string;
	SSECustomerKey?: string;
}

/** The members of a request that name the source of a copy. */
interface SourceMembers {
	CopySource?: unknown;
	CopySourceSSECustomerAlgorithm?: unknown;
	CopySourceSSECustomerKey?: unknown;
}

/** Operations that change or delete the version of their input, and the current object where a server ignores it. */
const versionWrites =
	/^(DeleteObject|PutObjectTagging|DeleteObjectTagging|PutObjectAcl|PutObjectLegalHold|PutObjectRetention|RestoreObject)$/;

/** The versions that a request changes, deletes or copies. `null` names the object of a bucket without versioning. */
const versionsIn = ({ operation, input }: Request): VersionAt[] => {
	const { Bucket, Key, VersionId } = targetOf(input);
	const { CopySource, Delete, ...more }: SourceMembers & { Delete?: { Objects?: object[] } } = input;
	const copied = copiedObject(text(CopySource));
	const source = {
		...{ Bucket: copied.bucket, Key: copied.key, VersionId: copied.versionId ?? '' },
		SSECustomerAlgorithm: text(more.CopySourceSSECustomerAlgorithm) || undefined,
		SSECustomerKey: text(more.CopySourceSSECustomerKey) || undefined,
	};
	const all: VersionAt[] = [
		...(versionWrites.test(operation) ? [{ Bucket, Key, VersionId: VersionId ?? '' }] : []),
		source,
		...(Delete?.Objects ?? []).map((entry) => {
			const { Key: entryKey, VersionId: version = '' } = targetOf(entry);
			return { Bucket, Key: entryKey, VersionId: version };
		}),
	];
	return all.filter(({ VersionId: version }) => version !== '' && version !== 'null');
};

/** Whether the error of a request for a delete marker says that it is one, which only a server with versions knows. */
const isDeleteMarker = (error: unknown) =>
	isS3Failure(error) && error.status === 405 && error.headers?.['x-amz-delete-marker'] === 'true';

/**
 * Looks whether the server knows a version. Throws if the server ignores versions, and if it has no such version but an
 * object that it might change instead.
 */
const lookAtVersion = async (connection: Connection, send: Send, version: VersionAt) => {
	const { Bucket, Key, VersionId, ...encryption } = version;
	const failure = { connection, operation: 'HeadObject', bucket: Bucket, key: Key, versionId: VersionId };
	const isKnown = await send(new HeadObjectCommand(version)).then(
		() => true,
		(error) => {
			if (isDeleteMarker(error)) return true;
			if (statusOf(error) === 404) return false;
			throw error;
		},
	);
	if (isKnown) {
		proven.add(nameOf(connection, Bucket, versions));
		return;
	}
	const current = await send(new HeadObjectCommand({ Bucket, Key, ...encryption })).catch((error) => {
		if (statusOf(error) === 404) return undefined;
		throw error;
	});
	if (!current) return;
	throw s3Failure({ ...failure, code: 'NoSuchVersion', status: 404, message: 'The version does not exist' });
};

const lookAtVersions = async (connection: Connection, send: Send, all: VersionAt[]) => {
	let missing: unknown;
	for (const one of all) {
		await lookAtVersion(connection, send, one).catch((error) => {
			if (codeOf(error) !== 'NoSuchVersion') throw error;
			missing = error;
		});
		if (proven.has(nameOf(connection, one.Bucket, versions))) return;
	}
	if (missing !== undefined) throw missing;
};

/** Adds to a failed look which permission it needs. */
const explained = (action: string) => (error: unknown) => {
	throw withDetails(error, { lookedWith: action });
};

/**
 * Looks whether the server knows the subresource, or the versions, that a request is going to change: a server that ignores
 * them would overwrite or delete the object or the bucket itself. Throws unless the server has proven it, once per
 * connection and bucket. Sends nothing to servers that are known to have them, such as Amazon S3.
 */
export const lookFirst = async (send: Send, request: Request) => {
	const { connection, signal } = request;
	const target = targetOf(request.input);
	const subresource = subresourceWrittenBy(request.operation);
	if (subresource && !hasSubresource(connection, subresource.id)) {
		const { id, read, action } = subresource;
		const name = nameOf(connection, target.Bucket, id);
		await lookOnce(name, signal, async () => {
			await read(send, target).catch((error) => {
				// The answer may have revealed that the server is one that has it.
				if (!proven.has(name) && !hasSubresource(connection, id)) explained(action)(error);
			});
		});
	}
	if (capabilitiesOf(connection).versions === 'yes') return;
	const all = versionsIn(request);
	const [first] = all;
	if (!first) return;
	await lookOnce(nameOf(connection, first.Bucket, versions), signal, async () => {
		await lookAtVersions(connection, send, all).catch((error) => {
			if (capabilitiesOf(connection).versions !== 'yes') explained('s3:GetObjectVersion')(error);
		});
	});
};
