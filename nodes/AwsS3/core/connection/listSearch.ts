import { ListBucketsCommand, ListObjectsV2Command } from '@aws-sdk/client-s3';
import type { ILoadOptionsFunctions, INodeListSearchResult } from 'n8n-workflow';
import { parseAddress } from '../../s3/address';
import type { S3 } from '../../s3/client/client';
import { connect } from '../../s3/client/client';
import { prefixIn } from '../../s3/keyPrefix';
import { connectionOf, credentialName } from './credentials';
import { destinationCredentialName, hasDestination } from '../objectFields/destination';
import { explain, toNodeError } from '../errors/explain';
import type { Permission } from '../operation';

/** In milliseconds. A user waits for the list in the editor. */
const timeoutMs = 20_000;
const pageSize = 100;

const search = async (
	n8n: ILoadOptionsFunctions,
	permission: Permission,
	bucket: string | undefined,
	find: (s3: S3) => Promise<INodeListSearchResult>,
	credential = credentialName,
) => {
	const data = await n8n.getCredentials(credential);
	try {
		return await find(connect(connectionOf(data), { signal: AbortSignal.timeout(timeoutMs) }));
	} catch (error) {
		throw toNodeError(n8n.getNode(), explain(error, { bucket, permissions: [permission] }), 0);
	}
};

/** Lists the choices of a bucket field: all buckets of the account, or only the bucket set in the connection. */
export async function searchBuckets(this: ILoadOptionsFunctions, filter = ''): Promise<INodeListSearchResult> {
	return await bucketsOf(this, filter, credentialName);
}

/** Lists the choices of a destination bucket, with the destination's credential if another connection is selected. */
export async function searchDestinationBuckets(
	this: ILoadOptionsFunctions,
	filter = '',
): Promise<INodeListSearchResult> {
	const isAnother = hasDestination({ destination: this.getCurrentNodeParameter('destination') });
	return await bucketsOf(this, filter, isAnother ? destinationCredentialName : credentialName);
}

const bucketsOf = async (n8n: ILoadOptionsFunctions, filter: string, credential: string) => {
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

const chosenBucket = (n8n: ILoadOptionsFunctions, name: string) => {
	const raw: unknown = n8n.getCurrentNodeParameter(name);
	const value = typeof raw === 'object' && raw !== null && 'value' in raw ? raw.value : raw;
	return typeof value === 'string' ? (parseAddress(value)?.bucket ?? value) : '';
};

/** Lists the choices of a key field: objects whose keys start with the filter, or with the prefix of the connection. */
export async function searchKeys(
	this: ILoadOptionsFunctions,
	filter = '',
	token?: string,
): Promise<INodeListSearchResult> {
	const bucket = chosenBucket(this, 'bucket') || chosenBucket(this, 'sourceBucket');
	return await search(this, { action: 's3:ListBucket', on: 'bucket' }, bucket, async (s3) => {
		const Bucket = bucket || s3.connection.bucket;
		if (!Bucket) return { results: [] };
		const page = await s3.send(
			new ListObjectsV2Command({
				Bucket,
				Prefix: filter || prefixIn(s3.connection, Bucket),
				MaxKeys: pageSize,
				ContinuationToken: token,
			}),
		);
		const results = (page.Contents ?? []).map(({ Key = '' }) => ({ name: Key, value: Key }));
		return { results, paginationToken: page.NextContinuationToken };
	});
}
