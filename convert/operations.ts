import { asJavaScript, expression, inFolder, isExpression, joined, splitPath } from './expressions';
import type { OutputFields } from './outputs';
import { copied, listedBuckets, listedObjects, prefixes, success, uploadedFile } from './outputs';
import { refusal } from './refusal';
import type { Members } from '../nodes/AwsS3/s3/answers/members';
import { isMembers } from '../nodes/AwsS3/s3/answers/members';

/** A node of n8n before its conversion. */
export interface Old {
	/** The type of the node: they differ in what they do. */
	kind: 'awsS3v1' | 'awsS3v2' | 's3';
	/** A parameter that holds text, or an expression. */
	text(name: string): string;
	/** Another parameter, or its default. */
	value(name: string, otherwise: unknown): unknown;
	/** The options, whatever the operation calls them. */
	options: Members;
}

/** What an operation becomes, besides its options. */
interface Converted {
	parameters: Members;
	options?: Members;
	/** What the old node gave: fields, as JavaScript over ours; the items of its input; or undefined for no counterpart. */
	output?: OutputFields | 'input';
	/** Whether n8n's node goes on after a failure as if there was none. */
	isSilent?: boolean;
	/** Fields that n8n's node gave and that ours cannot give, with what to know of them. */
	lost?: Record<string, string>;
	notes?: string[];
}

interface Rule {
	to: string;
	/** Labels of parameters that must have a value. */
	required: Record<string, string>;
	convert(old: Old): Converted;
}

const located = (mode: string, value: string) => ({ __rl: true, mode, value });

const bucketOf = (name: string) => located('name', name);

const paging = (old: Old) => ({
	returnAll: old.value('returnAll', false),
	limit: old.value('limit', 100),
});

/** S3 gives the owner of an object only with the whole answer. */
const ownerOf = ({ options }: Old) => {
	const { fetchOwner = false } = options;
	if (typeof fetchOwner !== 'boolean')
		throw refusal("'Fetch Owner' is an expression", "Turn 'Fetch Owner' on or off and convert again.");
	return fetchOwner;
};

const optionText = ({ options }: Old, name: string): string => {
	const value = options[name];
	return typeof value === 'string' ? value : '';
};

/** The parameters of a list below a folder. */
const listingOf = (old: Old, owner: boolean): Members => ({
	bucket: bucketOf(old.text('bucketName')),
	prefix: located('prefix', optionText(old, 'folderKey')),
	...paging(old),
	...(owner && { simplify: false }),
});

/** n8n's nodes send keys inside of a URL, so some characters change them. */
const exactKey = (key: string): string[] =>
	!isExpression(key) && /[#?%]|(^|\/)\.\.?(\/|$)/.test(key)
		? [`The key '${key}' is now used exactly as it is. n8n's node changes keys with #, ?, % or dots between slashes.`]
		: [];

const beginsWithoutSlash = (folder: string): string[] => {
	if (folder.endsWith('/')) return [];
	const more = isExpression(folder)
		? "If 'Folder' gives no slash at its end"
		: `Because '${folder}' has no slash at its end`;
	return [`${more}, n8n's node also deleted other keys that begin so. Now only the folder is deleted.`];
};

const tagsOf = (old: Old): Members => {
	const tags = old.value('tagsUi', {});
	const values = isMembers(tags) ? (tags.tagsValues ?? []) : undefined;
	if (!Array.isArray(values)) throw refusal("'Tags' is an expression", "Enter the tags in 'Tags' and convert again.");
	if (values.length === 0) return {};
	return { tags: { values: values.filter(isMembers).map(({ key = '', value = '' }) => ({ name: key, value })) } };
};

/** The name of a file to upload: where it is empty, the name of the binary file. */
const fileNameOf = (old: Old, field: string): string => {
	const name = old.text('fileName');
	const ofFile = `$binary[${asJavaScript(field)}].fileName`;
	if (name === '') return expression(ofFile);
	const isOneExpression = /^=\s*\{\{[^{}]*\}\}\s*$/.test(name);
	return old.kind !== 'awsS3v2' && isOneExpression ? expression(`${asJavaScript(name)} || ${ofFile}`) : name;
};

/** Version 2 of AWS S3 says that it uses the name of the file, and then sends the file to no key. */
const fileNameNotes = (old: Old): string[] =>
	old.kind === 'awsS3v2' && old.text('fileName') === ''
		? ["'File Name' is empty. The key is now the name of the file, which n8n's node says but does not do."]
		: [];

/** Each operation of n8n's nodes AWS S3 and S3, and what it becomes. */
export const operationRules: Record<string, Rule> = {
	'bucket.create': {
		to: 'bucket.create',
		required: { name: 'Name' },
		convert: (old) => ({ parameters: { bucket: old.text('name') }, output: success }),
	},
	'bucket.delete': {
		to: 'bucket.delete',
		required: { name: 'Name' },
		convert: (old) => ({
			parameters: { bucket: bucketOf(old.text('name')) },
			output: success,
			notes:
				old.kind === 's3'
					? [
							"Older versions of n8n's node S3 do nothing in 'Bucket: Delete'. Now the bucket is deleted, if it is empty.",
						]
					: [],
		}),
	},
	'bucket.getAll': {
		to: 'bucket.getAll',
		required: {},
		convert: (old) => ({ parameters: paging(old), output: listedBuckets }),
	},
	'bucket.search': {
		to: 'object.getAll',
		required: { bucketName: 'Bucket Name' },
		convert: (old) => {
			// The node S3 reads this option by a wrong name, so it has no effect there.
			const delimiter = old.kind === 's3' ? '' : optionText(old, 'delimiter');
			if (delimiter !== '' && delimiter !== '/')
				throw refusal(`'Delimiter' is '${delimiter}'`, "Only '/' divides keys into folders here. Keep this node.");
			const owner = ownerOf(old);
			const wantsPrefixes = old.kind === 'awsS3v2' && delimiter === '/' && old.options.includeCommonPrefixes === true;
			return {
				parameters: {
					bucket: bucketOf(old.text('bucketName')),
					prefix: located('prefix', optionText(old, 'prefix')),
					recursive: delimiter === '',
					...paging(old),
					...(owner && { simplify: false }),
				},
				options: delimiter === '' ? {} : { returnOnly: wantsPrefixes ? 'folders' : 'objects' },
				output: wantsPrefixes ? prefixes : listedObjects(owner),
				notes:
					old.kind === 's3' && old.options.delimiter
						? ["'Delimiter' is left out, because it has no effect in n8n's node S3."]
						: [],
			};
		},
	},
	'file.copy': {
		to: 'object.copy',
		required: { sourcePath: 'Source Path', destinationPath: 'Destination Path' },
		convert: (old) => {
			const source = splitPath(old.text('sourcePath'), 'Source Path');
			const destination = splitPath(old.text('destinationPath'), 'Destination Path');
			if (!isExpression(old.text('destinationPath')) && !old.text('destinationPath').startsWith('/'))
				throw refusal("'Destination Path' does not begin with '/'", "Add the slash in front of the bucket's name.");
			if (source.key.includes('versionId='))
				throw refusal("'Source Path' names a version", "Select the version in 'Source Version ID' by hand.");
			return {
				parameters: {
					sourceBucket: bucketOf(source.bucket),
					sourceKey: located('key', decoded(source.key)),
					destinationBucket: bucketOf(destination.bucket),
					destinationKey: destination.key,
				},
				output: copied,
				notes: exactKey(destination.key),
			};
		},
	},
	'file.delete': {
		to: 'object.delete',
		required: { bucketName: 'Bucket Name', fileKey: 'File Key' },
		convert: (old) => ({
			parameters: { bucket: bucketOf(old.text('bucketName')), key: located('key', old.text('fileKey')) },
			output: success,
			notes: exactKey(old.text('fileKey')),
		}),
	},
	'file.download': {
		to: 'object.download',
		required: { bucketName: 'Bucket Name', fileKey: 'File Key' },
		convert: (old) => ({
			parameters: {
				bucket: bucketOf(old.text('bucketName')),
				key: located('key', old.text('fileKey')),
				binaryPropertyName: old.value('binaryPropertyName', 'data'),
			},
			output: 'input',
			isSilent: old.kind === 'awsS3v1',
			notes: exactKey(old.text('fileKey')),
		}),
	},
	'file.getAll': {
		to: 'object.getAll',
		required: { bucketName: 'Bucket Name' },
		convert: (old) => {
			const owner = ownerOf(old);
			return {
				parameters: { ...listingOf(old, owner), recursive: false },
				// n8n's node gives neither folders nor empty files.
				options: { returnOnly: 'objects', minSize: 1, regex: '[^/]$' },
				output: listedObjects(owner),
			};
		},
	},
	'file.upload': {
		to: 'object.upload',
		required: { bucketName: 'Bucket Name' },
		convert: (old) => {
			const isBinary = old.value('binaryData', true);
			if (typeof isBinary !== 'boolean')
				throw refusal("'Binary File' is an expression", "Turn 'Binary File' on or off and convert again.");
			const field = old.text('binaryPropertyName') || 'data';
			if (!isBinary && old.text('fileName') === '') throw refusal("'File Name' is empty", 'Complete the node first.');
			const name = isBinary ? fileNameOf(old, field) : old.text('fileName');
			const key = inFolder(optionText(old, 'parentFolderKey'), name);
			const content = isBinary
				? { source: 'binary', binaryPropertyName: field }
				: { source: 'text', text: old.value('fileContent', ''), mimeType: 'text/html' };
			const isAnswer = isBinary && old.kind === 'awsS3v2';
			return {
				parameters: { bucket: bucketOf(old.text('bucketName')), key, ...content },
				options: tagsOf(old),
				output: isAnswer ? uploadedFile : success,
				...(isAnswer && { lost: { Location: "Its items no longer have 'Location', the address of the object." } }),
				notes: [...exactKey(key), ...(isBinary ? fileNameNotes(old) : [])],
			};
		},
	},
	'folder.create': {
		to: 'folder.create',
		required: { bucketName: 'Bucket Name', folderName: 'Folder Name' },
		convert: (old) => {
			const [parent, name] = [optionText(old, 'parentFolderKey'), old.text('folderName')];
			// Version 1 and the node S3 add no slash between them.
			const folder = old.kind === 'awsS3v2' ? inFolder(parent, name) : joined(parent, name);
			return {
				parameters: { bucket: bucketOf(old.text('bucketName')), folder: located('path', folder) },
				output: success,
				notes: exactKey(folder),
			};
		},
	},
	'folder.delete': {
		to: 'folder.delete',
		required: { bucketName: 'Bucket Name', folderKey: 'Folder Key' },
		convert: (old) => ({
			parameters: { bucket: bucketOf(old.text('bucketName')), folder: located('path', old.text('folderKey')) },
			lost: {
				deleted: "Its items have the number of deleted objects in 'objects', and no longer their keys in 'deleted'.",
			},
			notes: beginsWithoutSlash(old.text('folderKey')),
		}),
	},
	'folder.getAll': {
		to: 'object.getAll',
		required: { bucketName: 'Bucket Name' },
		convert: (old) => {
			const owner = ownerOf(old);
			return {
				parameters: listingOf(old, owner),
				options: { ...below(optionText(old, 'folderKey')), maxSize: 0, suffix: '/' },
				output: listedObjects(owner),
				notes: [
					"It lists folders that have their own object, as before. 'Folder: Get Many' finds all folders of a level.",
				],
			};
		},
	},
};

/** The folder itself comes first in its list, and n8n's node leaves it out. */
const below = (folder: string): Members => (folder === '' ? {} : { startAfter: folder });

/** A source is given to S3 as part of a URL, so it may be encoded. */
const decoded = (key: string): string => {
	if (isExpression(key)) return /encodeURI/.test(key) ? expression(`decodeURIComponent(${asJavaScript(key)})`) : key;
	return /%[0-9a-f]{2}/i.test(key) ? decodeURIComponent(key) : key;
};
