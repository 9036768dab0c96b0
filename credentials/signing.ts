import type { ICredentialDataDecryptedObject, IHttpRequestOptions } from 'n8n-workflow';

/** Signs a request of n8n's *HTTP Request* node. The signer is loaded at its first use, because n8n reads this file at its start. */
export const sign = async (data: ICredentialDataDecryptedObject, options: IHttpRequestOptions) => {
	const { authenticate } = await import('../nodes/AwsS3/core/connection/httpRequest');
	return await authenticate(data, options);
};
