/** A checksum of content that its owner gives, in hexadecimal digits. */
export interface Checksum {
	algorithm: 'md5' | 'sha256';
	hex: string;
}

/** Bytes of a checksum, by which they are told apart. */
const algorithms: Array<[bytes: number, algorithm: Checksum['algorithm']]> = [
	[16, 'md5'],
	[32, 'sha256'],
];

const bytesOf = (text: string) => {
	if (/^([0-9a-f]{32}|[0-9a-f]{64})$/i.test(text)) return Buffer.from(text, 'hex');
	return /^([A-Za-z0-9+/]{22}==|[A-Za-z0-9+/]{43}=)$/.test(text) ? Buffer.from(text, 'base64') : undefined;
};

/** Reads an MD5 or SHA-256 in hexadecimal digits or Base64; undefined for any other text. */
export const checksumIn = (text: string): Checksum | undefined => {
	const bytes = bytesOf(text.trim());
	const [, algorithm] = algorithms.find(([length]) => length === bytes?.length) ?? [];
	return bytes && algorithm && { algorithm, hex: bytes.toString('hex') };
};
