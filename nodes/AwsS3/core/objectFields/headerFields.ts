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

/** Converts headers and user metadata into the input of a request that writes an object. */
export const headersInput = (options: HeaderOptions) => ({
	CacheControl: options.cacheControl || undefined,
	ContentDisposition: options.contentDisposition || undefined,
	ContentEncoding: options.contentEncoding || undefined,
	ContentLanguage: options.contentLanguage || undefined,
	ContentType: options.contentType || undefined,
	Expires: options.expires,
	Metadata: options.metadata && Object.fromEntries(entries(options.metadata)),
});
