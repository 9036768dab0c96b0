import type { Connection } from '../../s3/client/client';

/** Query parameters of signed URLs that grant access, for Amazon S3 and other services. */
const signatures =
	/([?&](?:x-(?:amz|goog)-(?:signature|security-token|credential)|signature|sig|awsaccesskeyid|googleaccessid)=)[^&\s'"<>]+/gi;

/** A text with the secrets of connections, and the signatures of URLs, replaced by `***`. */
export const redact = (text: string, connections: Array<Connection | undefined> = []): string => {
	const secrets = connections.flatMap((one) => [one?.secretAccessKey ?? '', one?.sessionToken ?? '']);
	return secrets
		.filter((secret) => secret !== '')
		.reduce((rest, secret) => rest.replaceAll(secret, '***'), text.replace(signatures, '$1***'));
};

/** An address without its query, user name and password, which may be secrets. */
export const bareAddress = (address: string): string =>
	address.replace(/[?#].*$/s, '').replace(/^([a-z][a-z\d+.-]{0,20}:\/\/)[^/@]*@/i, '$1');
