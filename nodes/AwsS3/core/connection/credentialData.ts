import type { ICredentialDataDecryptedObject } from 'n8n-workflow';
import { isMetadataService } from '../../s3/identity/metadataAddress';
import { badInput } from '../errors/badInput';
import { bareAddress } from '../errors/redact';

/** The values that a saved credential has, by the names of its fields. */
export type Data = ICredentialDataDecryptedObject;

/** Returns the text of a field without spaces at its ends, or an empty text. */
export const text = (data: Data, name: string) => {
	const value = data[name];
	return typeof value === 'string' ? value.trim() : '';
};

/** Returns the text of a field. Throws if it is empty, naming the label of the field. */
export const requiredText = (data: Data, name: string, label: string, advice: string) => {
	const value = text(data, name);
	if (value === '') throw badInput(`'${label}' of the credential is empty`, advice);
	return value;
};

/** Throws if a region is no name that AWS could have. It becomes a part of host names. */
export const checkAwsRegion = (region: string) => {
	if (!/^[a-z0-9-]+$/.test(region))
		throw badInput(`'Region' of the credential is not a region of AWS: '${region}'`, 'Choose one from the list.');
};

/** Returns an address without a slash at its end, or undefined for an empty one. Throws if it is not the address of a service. */
export const checkedUrl = (url: string, label: string) => {
	if (url === '') return undefined;
	if (!/^https?:\/\//i.test(url) || !URL.canParse(url)) {
		throw badInput(
			`'${label}' of the credential is not a URL: '${bareAddress(url)}'`,
			'Enter a full address such as https://minio.example.com:9000, or leave it empty for AWS.',
		);
	}
	const { hostname, username, search, hash } = new URL(url);
	if (isMetadataService(hostname)) {
		throw badInput(
			`'${label}' of the credential is an address of the machine's own metadata: '${hostname}'`,
			'This address is not S3. Enter the address of your service, or leave it empty for AWS.',
		);
	}
	if (username || search || hash) {
		throw badInput(
			`'${label}' of the credential has more than an address`,
			"Leave out what is before '@' and behind '?' or '#'.",
		);
	}
	return url.replace(/\/+$/, '');
};
