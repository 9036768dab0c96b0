import { badInput } from '../errors/badInput';
import type { Params } from '../field';
import { field } from '../field';
import { entries, pairs } from '../fields/pairs';

export const metadata = pairs('metadata', 'Metadata', 'Metadata', 'Names and values that are kept with the object');

export const contentType = field({
	displayName: 'Content Type',
	name: 'contentType',
	type: 'string',
	default: '',
	placeholder: 'e.g. application/pdf',
	description: 'The kind of the content. Leave empty to take it from the file or the key.',
});

/** The headers that S3 sends with the object. */
export const contentHeaders = [
	field({
		displayName: 'Cache Control',
		name: 'cacheControl',
		type: 'string',
		default: '',
		placeholder: 'e.g. max-age=86400',
		description: 'How long browsers may keep a copy',
	}),
	field({
		displayName: 'Content Disposition',
		name: 'contentDisposition',
		type: 'string',
		default: '',
		placeholder: 'e.g. attachment; filename="report.pdf"',
		description: 'Whether browsers show or save the object, and under which name',
	}),
	field({
		displayName: 'Content Encoding',
		name: 'contentEncoding',
		type: 'string',
		default: '',
		placeholder: 'e.g. gzip',
		description: 'How the content was compressed before the upload',
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
		description: 'When browsers should ask again. S3 does not delete the object then.',
	}),
] as const;

type HeaderOptions = Partial<Params<[typeof metadata, ...typeof contentHeaders]>>;

/** The characters of a header's name. https://www.rfc-editor.org/rfc/rfc9110#name-tokens */
const token = /^[!#$%&'*+.^_`|~\w-]+$/;

const metadataOf = (all: Array<[name: string, value: string]>) => {
	const wrong = all.find(([name]) => !token.test(name))?.[0];
	if (wrong === undefined) return Object.fromEntries(all);
	throw badInput(
		`'${wrong}' cannot be a name of metadata`,
		"A 'Name' in 'Metadata' consists of letters from a to z, digits, '-' and '_'. Values may be any text.",
	);
};

/** A header carries characters that all computers have; browsers read others from a form of their own. */
const asciiOf = (label: string, value: string | undefined) => {
	const wrong = value && /[^\x20-\x7e]/u.exec(value)?.[0];
	if (!wrong) return value || undefined;
	const advice =
		label === 'Content Disposition'
			? ` For a file name, write it as in attachment; filename*=UTF-8''${encodeURIComponent('Grüße.pdf')}.`
			: '';
	throw badInput(
		`'${label}' has the character '${wrong}', which cannot be sent`,
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
