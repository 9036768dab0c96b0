import { badInput } from '../errors/badInput';
import type { Params } from '../field';
import { field } from '../field';
import { entries, pairs } from '../fields/pairs';

export const metadata = pairs('metadata', 'Metadata', 'Metadata', 'Names and values to store with the object');

export const contentType = field({
	displayName: 'Content Type',
	name: 'contentType',
	type: 'string',
	default: '',
	placeholder: 'e.g. application/pdf',
	description: 'The MIME type of the content. Leave empty to detect it from the file or key.',
});

/** The headers that S3 sends with the object. */
export const contentHeaders = [
	field({
		displayName: 'Cache Control',
		name: 'cacheControl',
		type: 'string',
		default: '',
		placeholder: 'e.g. max-age=86400',
		description: 'How long browsers and caches can keep a copy',
	}),
	field({
		displayName: 'Content Disposition',
		name: 'contentDisposition',
		type: 'string',
		default: '',
		placeholder: 'e.g. attachment; filename="report.pdf"',
		description: 'How browsers present the object: shown or saved, and its file name',
	}),
	field({
		displayName: 'Content Encoding',
		name: 'contentEncoding',
		type: 'string',
		default: '',
		placeholder: 'e.g. gzip',
		description: 'Compression of the uploaded content',
	}),
	field({
		displayName: 'Content Language',
		name: 'contentLanguage',
		type: 'string',
		default: '',
		placeholder: 'e.g. en-GB',
		description: 'The language of the content',
	}),
	contentType,
	field({
		displayName: 'Expires',
		name: 'expires',
		type: 'dateTime',
		default: '',
		description: 'When cached copies become stale. Does not delete the object.',
	}),
] as const;

type HeaderOptions = Partial<Params<[typeof metadata, ...typeof contentHeaders]>>;

/** The characters of a header's name. https://www.rfc-editor.org/rfc/rfc9110#name-tokens */
const token = /^[!#$%&'*+.^_`|~\w-]+$/;

const metadataOf = (all: Array<[name: string, value: string]>) => {
	const wrong = all.find(([name]) => !token.test(name))?.[0];
	if (wrong === undefined) return Object.fromEntries(all);
	throw badInput(
		`'${wrong}' is not a valid metadata name`,
		"A 'Name' in 'Metadata' can have letters from a to z, digits, '-' and '_'. Values can be any text.",
	);
};

/** Headers carry ASCII only; for other characters, browsers support a special encoding. */
const asciiOf = (label: string, value: string | undefined) => {
	const wrong = value && /[^\x20-\x7e]/u.exec(value)?.[0];
	if (!wrong) return value || undefined;
	const advice =
		label === 'Content Disposition'
			? ` For a file name, use the format attachment; filename*=UTF-8''${encodeURIComponent('Grüße.pdf')}.`
			: '';
	throw badInput(
		`'${label}' has the character '${wrong}', which headers cannot carry`,
		`Use letters from a to z, digits and punctuation only.${advice}`,
	);
};

/** Converts headers and user metadata into the input of a request that writes an object. */
export const headersInput = (options: HeaderOptions) => ({
	CacheControl: asciiOf('Cache Control', options.cacheControl),
	ContentDisposition: asciiOf('Content Disposition', options.contentDisposition),
	ContentEncoding: asciiOf('Content Encoding', options.contentEncoding),
	ContentLanguage: asciiOf('Content Language', options.contentLanguage),
	ContentType: asciiOf('Content Type', options.contentType),
	Expires: options.expires,
	Metadata: options.metadata && metadataOf(entries(options.metadata)),
});
