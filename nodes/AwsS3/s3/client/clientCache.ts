import { S3Client } from '@aws-sdk/client-s3';
import type { Connection } from '../connection';
import { keepingTime } from '../answers/serverClock';
import { capabilitiesOf } from '../capabilities';
import { fingerprint, serviceUrlOf } from '../connection';
import { credentialProviderOf } from './credentialProvider';
import { contentMd5, contentSha256, withChecksum } from '../sdk/checksumHeaders';
import { metadataEncoding } from '../sdk/metadataEncoding';
import { emptyLength, hearingFrom } from '../sdk/middleware';
import { overtakenWrite } from '../sdk/overtakenWrite';
import { prepareOnce } from '../sdk/prepareOnce';
import { closeFreeSockets, closeOnceUnused, requestHandlerFor } from '../sdk/requestHandler';
import { bucketOfRetries, retriesByBucket } from '../sdk/retriesByBucket';
import { nothingFromHost } from '../sdk/clientSettings';
// Gives the SDK the signer for Multi-Region Access Points.
import '@smithy/signature-v4a';

const maxClients = 32;

const makeClient = (connection: Connection, signsOnly: boolean) => {
	const { region, endpoint, forcePathStyle = false, dualstack = false, fips = false, accelerate = false } = connection;
	const { checksums } = capabilitiesOf(connection);
	// Many compatible servers reject a CRC32 in a header or trailer. A presigned URL must not contain the checksum of a
	// body that is not known yet.
	const calculated = checksums === 'yes' && !signsOnly ? 'WHEN_SUPPORTED' : 'WHEN_REQUIRED';
	const client = new S3Client({
		...nothingFromHost,
		credentials: credentialProviderOf(connection),
		retryStrategy: retriesByBucket(nothingFromHost.maxAttempts),
		region,
		...(endpoint && { endpoint }),
		forcePathStyle,
		requestChecksumCalculation: calculated,
		// `download` verifies checksums as data arrives, even across ranges, which the SDK cannot.
		responseChecksumValidation: 'WHEN_REQUIRED',
		requestHandler: requestHandlerFor(serviceUrlOf(connection), connection),
		useDualstackEndpoint: dualstack,
		useFipsEndpoint: fips,
		useAccelerateEndpoint: accelerate,
		useArnRegion: true,
		disableS3ExpressSessionAuth: false,
		disableMultiregionAccessPoints: false,
		authSchemePreference: [],
		// For Multi-Region Access Points, whose signatures hold in all regions.
		sigv4aSigningRegionSet: ['*'],
	});
	// It goes through each output for a log that nobody reads.
	client.middlewareStack.remove('loggerMiddleware');
	client.middlewareStack.add(metadataEncoding(connection), { step: 'initialize', name: 'metadataEncoding' });
	client.middlewareStack.add(bucketOfRetries, { step: 'initialize', name: 'bucketOfRetries' });
	if (signsOnly) return client;
	client.middlewareStack.add(emptyLength, { step: 'finalizeRequest', priority: 'low', name: 'emptyLength' });
	if (checksums !== 'yes') client.middlewareStack.add(contentMd5, { step: 'build', name: 'contentMd5' });
	const sha256 = contentSha256(connection);
	client.middlewareStack.add(sha256, { step: 'build', priority: 'low', name: 'contentSha256' });
	if (checksums !== 'no') client.middlewareStack.add(withChecksum, { step: 'build', name: 'withChecksum' });
	client.middlewareStack.add(keepingTime(endpoint), {
		// Close to the network, where refusals are answers as well.
		...{ step: 'deserialize', priority: 'low', name: 'keepingTime' },
	});
	if (endpoint) {
		client.middlewareStack.add(hearingFrom(endpoint), { step: 'deserialize', name: 'hearingFrom' });
		client.middlewareStack.add(overtakenWrite, { step: 'deserialize', priority: 'low', name: 'overtakenWrite' });
	}
	prepareOnce(client);
	return client;
};

const clients = new Map<string, S3Client>();
const idsByConnection = new WeakMap<Connection, Map<string, string>>();

/** Hashes the settings only once for each connection and region, because each request asks. */
const idOf = (connection: Connection, region: string, signsOnly: boolean) => {
	const ids = idsByConnection.get(connection) ?? new Map<string, string>();
	idsByConnection.set(connection, ids);
	const name = `${region} ${signsOnly}`;
	const id = ids.get(name) ?? `${fingerprint({ ...connection, region })} ${signsOnly}`;
	ids.set(name, id);
	return id;
};

/**
 * The client of a connection in a region, with its open sockets. The cache evicts the least recently used client, whose
 * sockets then close: at once, or when their request has ended. The next request of that connection gets a new client.
 */
export const clientIn = (connection: Connection, region: string, signsOnly = false) => {
	const id = idOf(connection, region, signsOnly);
	const client = clients.get(id) ?? makeClient({ ...connection, region }, signsOnly);
	clients.delete(id);
	clients.set(id, client);
	const [oldest] = clients;
	if (clients.size <= maxClients || !oldest) return client;
	const [oldestId, { config }] = oldest;
	clients.delete(oldestId);
	closeOnceUnused(config.requestHandler);
	return client;
};

/** Closes the sockets of a connection that wait for a request. Those at work stay. */
export const closeIdleSockets = (connection: Connection) => {
	for (const id of idsByConnection.get(connection)?.values() ?? []) {
		const client = clients.get(id);
		if (client) closeFreeSockets(client.config.requestHandler);
	}
};

/** The provider of the credentials of a connection. Renews those of a role before they expire, once for all callers. */
export const signingKeys = (connection: Connection) => clientIn(connection, connection.region).config.credentials;
