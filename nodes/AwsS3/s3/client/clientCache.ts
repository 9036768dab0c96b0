import { S3Client } from '@aws-sdk/client-s3';
import type { Connection } from '../connection';
import { capabilitiesOf } from '../capabilities';
import { fingerprint, serviceUrlOf } from '../connection';
import { credentialProviderOf } from './credentialProvider';
import { contentMd5, withChecksum } from './checksumHeaders';
import { metadataEncoding } from '../metadata';
import { emptyLength, hearingFrom } from './middleware';
import { closeFreeSockets, requestHandlerFor } from './network';
import { nothingFromHost } from './sdkSettings';
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
	client.middlewareStack.add(metadataEncoding(connection), { step: 'initialize', name: 'metadataEncoding' });
	if (signsOnly) return client;
	client.middlewareStack.add(emptyLength, { step: 'finalizeRequest', priority: 'low', name: 'emptyLength' });
	if (checksums !== 'yes') client.middlewareStack.add(contentMd5, { step: 'build', name: 'contentMd5' });
	if (checksums !== 'no') client.middlewareStack.add(withChecksum, { step: 'build', name: 'withChecksum' });
	if (endpoint) client.middlewareStack.add(hearingFrom(endpoint), { step: 'deserialize', name: 'hearingFrom' });
	return client;
};

const clients = new Map<string, S3Client>();
const clientsByConnection = new WeakMap<Connection, Map<string, S3Client>>();

/** The cached client of a connection, with its open sockets. The cache evicts the least recently used client. */
const cachedClient = (connection: Connection, signsOnly: boolean) => {
	const id = `${fingerprint(connection)} ${signsOnly}`;
	const client = clients.get(id) ?? makeClient(connection, signsOnly);
	clients.delete(id);
	clients.set(id, client);
	const [oldest] = clients.keys();
	if (clients.size > maxClients && oldest) clients.delete(oldest);
	return client;
};

/** The client of a connection in a region. Stays available for the lifetime of the `connection` object. */
export const clientIn = (connection: Connection, region: string, signsOnly = false) => {
	const clientsByRegion = clientsByConnection.get(connection) ?? new Map<string, S3Client>();
	clientsByConnection.set(connection, clientsByRegion);
	const id = `${region} ${signsOnly}`;
	const client = clientsByRegion.get(id) ?? cachedClient({ ...connection, region }, signsOnly);
	clientsByRegion.set(id, client);
	return client;
};

/** Closes the sockets of a connection that wait for a request. Those at work stay. */
export const closeIdleSockets = (connection: Connection) => {
	for (const client of clientsByConnection.get(connection)?.values() ?? [])
		closeFreeSockets(client.config.requestHandler);
};

/** The provider of the credentials of a connection. Renews those of a role before they expire, once for all callers. */
export const signingKeys = (connection: Connection) => cachedClient(connection, false).config.credentials;
