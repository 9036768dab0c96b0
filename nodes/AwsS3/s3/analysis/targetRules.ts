import { maxKeyBytes } from '../address';
import { maxObjectSize } from '../parts/partSize';

const GiB = 1024 ** 3;

/** What keys are to become names of: S3 again, a file system that ignores case, SharePoint and OneDrive, or Windows. */
export const targetSystems = ['s3', 'caseInsensitive', 'sharePoint', 'windows'] as const;

export type TargetSystem = (typeof targetSystems)[number];

/** What a target allows in paths. */
export interface TargetRules {
	/** Characters that a name cannot have. */
	forbidden?: RegExp;
	/** Characters that are kept, but that other programs may not understand. */
	avoided?: RegExp;
	/** Names of files and folders that the target refuses. `depth` is 0 for what is not in a folder. */
	isReserved?: (name: string, depth: number) => boolean;
	/** What a name cannot begin or end with. */
	badEdge?: RegExp;
	/** The longest name, and the longest path with its folders. */
	maxName?: number;
	maxPath: number;
	/** What the two lengths count. */
	lengthOf: (text: string) => number;
	/** In bytes. */
	maxSize: number;
	/** Whether names that differ only by case, and those that differ only by their Unicode form, are one. */
	ignoresCase: boolean;
	ignoresUnicodeForm: boolean;
}

const utf16Units = (text: string) => text.length;
const utf8Bytes = (text: string) => Buffer.byteLength(text);

/** The names of devices, also with an extension. https://learn.microsoft.com/windows/win32/fileio/naming-a-file */
const device = /^(con|prn|aux|nul|(com|lpt)[\d¹²³])\s*(\.|$)/i;

/** https://support.microsoft.com/office/restrictions-and-limitations-in-onedrive-and-sharepoint-64883a5d-228e-48f5-b3d2-eb39e07630fa */
const isReservedBySharePoint = (name: string, depth: number) =>
	/^(con|prn|aux|nul|(com|lpt)\d)$|^(\.lock|desktop\.ini)$|^~\$|_vti_/i.test(name) ||
	(depth === 0 && /^forms$/i.test(name));

/** The rules of each target. */
export const targetRules: Record<TargetSystem, TargetRules> = {
	// https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-keys.html
	s3: {
		avoided: /[\\{}^%`[\]"<>~#|\u0000-\u001f\u007f]/,
		maxPath: maxKeyBytes,
		lengthOf: utf8Bytes,
		maxSize: maxObjectSize,
		ignoresCase: false,
		ignoresUnicodeForm: false,
	},
	// As of macOS: APFS keeps 255 bytes a name, and programs take paths of 1,024 bytes.
	caseInsensitive: {
		forbidden: /\0/,
		maxName: 255,
		maxPath: 1023,
		lengthOf: utf8Bytes,
		maxSize: Infinity,
		ignoresCase: true,
		ignoresUnicodeForm: true,
	},
	sharePoint: {
		forbidden: /["*:<>?\\|\u0000-\u001f]/,
		isReserved: isReservedBySharePoint,
		badEdge: /^ | $|\.$/,
		maxName: 255,
		maxPath: 400,
		lengthOf: utf16Units,
		maxSize: 250 * GiB,
		ignoresCase: true,
		ignoresUnicodeForm: true,
	},
	// A path has 259 characters, of which a drive such as `C:\` takes 3.
	// https://learn.microsoft.com/windows/win32/fileio/maximum-file-path-limitation
	windows: {
		forbidden: /["*:<>?\\|\u0000-\u001f]/,
		isReserved: (name) => device.test(name),
		badEdge: /[ .]$/,
		maxName: 255,
		maxPath: 256,
		lengthOf: utf16Units,
		maxSize: Infinity,
		ignoresCase: true,
		ignoresUnicodeForm: false,
	},
};

const isOneCharacter = (text: string) =>
	text.length === 1 || (text.length === 2 && (text.codePointAt(0) ?? 0) > 0xffff);

/** A character without its case, one for one: `ß` stays apart from `ss`, as in file systems. */
const foldedCharacter = (character: string) => {
	const upper = character.toUpperCase();
	const simple = isOneCharacter(upper) ? upper : character;
	const lower = simple.toLowerCase();
	return isOneCharacter(lower) ? lower : simple;
};

/** Text as a target compares it: without case, and in one Unicode form where the target ignores it. */
export const foldedFor = (text: string, { ignoresCase, ignoresUnicodeForm }: TargetRules): string => {
	const composed = ignoresUnicodeForm ? text.normalize('NFC') : text;
	if (!ignoresCase) return composed;
	return /^[\0-\x7f]*$/.test(composed) ? composed.toLowerCase() : Array.from(composed, foldedCharacter).join('');
};
