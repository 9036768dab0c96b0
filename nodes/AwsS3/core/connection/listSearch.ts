import { ListBucketsCommand } from '@aws-sdk/client-s3';
import type { ILoadOptionsFunctions, INodeListSearchResult } from 'n8n-workflow';
import { parseAddress } from '../../s3/address';
import type { S3 } from '../../s3/client/client';
import { connect } from '../../s3/client/client';
import { chosenCredential } from './credentialTypes';
import { connectionOf } from './credentials';
import { folderChoices, keyChoices } from './keySearch';
import { destinationCredentialName, hasDestination } from '../objectFields/destination';
import { explain, toNodeError } from '../errors/explain';
import type { Permission } from '../operation';

/** In milliseconds. A user waits for the list in the editor. */
const timeoutMs = 20_000;

type Credential = Pick<ReturnType<typeof chosenCredential>, 'name' | 'connectionOf'>;

const ownCredential = (n8n: ILoadOptionsFunctions): Credential =>
	chosenCredential(n8n.getCurrentNodeParameter('credentialType'));

const destinationCredential = (n8n: ILoadOptionsFunctions): Credential =>
	hasDestination({ destination: n8n.getCurrentNodeParameter('destination') })
		? { name: destinationCredentialName, connectionOf }
		: ownCredential(n8n);

const search = async (
	n8n: ILoadOptionsFunctions,
	permission: Permission,
	bucket: string | undefined,
	find: (s3: S3) => Promise<INodeListSearchResult>,
	credential: Credential,
) => {
	try {
		const data = await n8n.getCredentials(credential.name);
		return await find(connect(credential.connectionOf(data), { signal: AbortSignal.timeout(timeoutMs) }));
	} catch (error) {
		const explained = explain(error, { bucket, permissions: [permission] });
		// With both numbers, n8n answers the editor with this message instead of an error of n8n.
		throw Object.assign(toNodeError(n8n.getNode(), explained, 0), { httpStatusCode: 400, errorCode: 0 });
	}
};

/** Lists the choices of a bucket field: all buckets of the account, or only the bucket set in the connection. */
export async function searchBuckets(this: ILoadOptionsFunctions, filter = ''): Promise<INodeListSearchResult> {
	return await bucketsOf(this, filter, ownCredential(this));
}

/** Lists the choices of a destination bucket, with the destination's credential if another connection is selected. */
export async function searchDestinationBuckets(
	this: ILoadOptionsFunctions,
	filter = '',
): Promise<INodeListSearchResult> {
	return await bucketsOf(this, filter, destinationCredential(this));
}

const bucketsOf = async (n8n: ILoadOptionsFunctions, filter: string, credential: Credential) => {
	const list = async (s3: S3): Promise<INodeListSearchResult> => {
		const boundBucket = s3.connection.bucket;
		const names = boundBucket
			? [boundBucket]
			: ((await s3.send(new ListBucketsCommand({}))).Buckets ?? []).map(({ Name = '' }) => Name);
		const results = names
			.filter((name) => name.toLowerCase().includes(filter.toLowerCase()))
			.map((name) => ({ name, value: name }));
		return { results };
	};
	return await search(n8n, { action: 's3:ListAllMyBuckets', on: '*' }, undefined, list, credential);
};

const textOf = (n8n: ILoadOptionsFunctions, name: string) => {
	const raw: unknown = n8n.getCurrentNodeParameter(name);
	const value = typeof raw === 'object' && raw !== null && 'value' in raw ? raw.value : raw;
	return typeof value === 'string' ? (parseAddress(value)?.bucket ?? value) : '';
};

type Choices = typeof keyChoices;

/** Lists what is in the bucket of the first of these parameters that has one, or of the connection. */
const inBucketOf =
	(parameters: string[], choices: Choices, credentialFor: (n8n: ILoadOptionsFunctions) => Credential = ownCredential) =>
	async (n8n: ILoadOptionsFunctions, filter: string, token?: string) => {
		const bucket = parameters.map((name) => textOf(n8n, name)).find(Boolean);
		const permission: Permission = { action: 's3:ListBucket', on: 'bucket' };
		const list = async (s3: S3): Promise<INodeListSearchResult> => {
			const chosen = bucket ?? s3.connection.bucket;
			return chosen ? await choices(s3, chosen, filter, token) : { results: [] };
		};
		return await search(n8n, permission, bucket, list, credentialFor(n8n));
	};

const keysInBucket = inBucketOf(['bucket', 'sourceBucket'], keyChoices);
const keysInZipBucket = inBucketOf(['zipBucket'], keyChoices);
const foldersInBucket = inBucketOf(['bucket', 'sourceBucket'], folderChoices);
const foldersInDestination = inBucketOf(['destinationBucket'], folderChoices, destinationCredential);

/** Lists the choices of a key field: folders of the level, then objects. The filter is a beginning, or a part of a name. */
export async function searchKeys(this: ILoadOptionsFunctions, filter = '', token?: string) {
	return await keysInBucket(this, filter, token);
}

/** Lists the choices for the key of an archive. */
export async function searchZipKeys(this: ILoadOptionsFunctions, filter = '', token?: string) {
	return await keysInZipBucket(this, filter, token);
}

/** Lists the choices of a prefix or folder: the folders of the level, then those with the filter inside of their names. */
export async function searchFolders(this: ILoadOptionsFunctions, filter = '', token?: string) {
	return await foldersInBucket(this, filter, token);
}

/** Lists the choices of a destination's prefix or folder, with its credential if another connection is selected. */
export async function searchDestinationFolders(this: ILoadOptionsFunctions, filter = '', token?: string) {
	return await foldersInDestination(this, filter, token);
}
