import { S3Client } from '@aws-sdk/client-s3';
import type { Connection } from '../connection';
import { capabilitiesOf } from '../capabilities';
import { fingerprint, serviceUrlOf } from '../connection';
import { credentialProviderOf } from './credentialProvider';
import { contentMd5, hearingFrom, withChecksum } from './middleware';
import { closeFreeSockets, nothingFromHost, requestHandlerFor } from './network';

const maxClients = 32;

const makeClient = (connection: Connection, signsOnly: boolean) => {
	const { region, endpoint, forcePathStyle = false, dualstack = false, fips = false, accelerate = false } = connection;
	const { checksums } = capabilitiesOf(connection);
	// Many compatible servers refuse the header with a CRC32, or the trailer that carries it. A signed address must not fix
	// the checksum of a body that nobody has seen yet.
	const calculated = checksums === 'yes' && !signsOnly ? 'WHEN_SUPPORTED' : 'WHEN_REQUIRED';
	const client = new S3Client({
		...nothingFromHost,
		credentials: credentialProviderOf(connection),
		region,
		...(endpoint && { endpoint }),
		forcePathStyle,
		requestChecksumCalculation: calculated,
		// What is read is compared as it comes, also where it comes in pieces, which the SDK cannot.
		responseChecksumValidation: 'WHEN_REQUIRED',
		requestHandler: requestHandlerFor(serviceUrlOf(connection), connection),
		useDualstackEndpoint: dualstack,
		useFipsEndpoint: fips,
		useAccelerateEndpoint: accelerate,
		useArnRegion: true,
		disableS3ExpressSessionAuth: false,
		disableMultiregionAccessPoints: false,
		authSchemePreference: [],
		sigv4aSigningRegionSet: [],
	});
	if (signsOnly) return client;
	if (checksums !== 'yes') client.middlewareStack.add(contentMd5, { step: 'build', name: 'contentMd5' });
	if (checksums !== 'no') client.middlewareStack.add(withChecksum, { step: 'build', name: 'withChecksum' });
	if (endpoint) client.middlewareStack.add(hearingFrom(endpoint), { step: 'deserialize', name: 'hearingFrom' });
	return client;
};

const clients = new Map<string, S3Client>();
const known = new WeakMap<Connection, Map<string, S3Client>>();

/** The client of a connection, made once and kept with its open sockets; the least recently used one is let go. */
const shared = (connection: Connection, signsOnly: boolean) => {
	const id = `${fingerprint(connection)} ${signsOnly}`;
	const client = clients.get(id) ?? makeClient(connection, signsOnly);
	clients.delete(id);
	clients.set(id, client);
	const [oldest] = clients.keys();
	if (clients.size > maxClients && oldest) clients.delete(oldest);
	return client;
};

/** The client of a connection in a region, at hand for as long as an execution has the connection. */
export const clientIn = (connection: Connection, region: string, signsOnly = false) => {
	const own = known.get(connection) ?? new Map<string, S3Client>();
	known.set(connection, own);
	const id = `${region} ${signsOnly}`;
	const client = own.get(id) ?? shared({ ...connection, region }, signsOnly);
	own.set(id, client);
	return client;
};

/** Closes the sockets of a connection that wait for a request. Those at work stay. */
export const closeIdleSockets = (connection: Connection) => {
	for (const client of known.get(connection)?.values() ?? []) closeFreeSockets(client.config.requestHandler);
};

/** The keys that a connection signs with, renewed when they are about to end; a role is taken on once for all who ask. */
export const signingKeys = (connection: Connection) => shared(connection, false).config.credentials;
