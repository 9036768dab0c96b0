import type {
	ChecksumAlgorithm,
	ChecksumType,
	ObjectStorageClass,
	ObjectVersion,
	Owner,
	_Object,
} from '@aws-sdk/client-s3';

/** An object, a version or a delete marker in a listing. */
export type ListedMembers = Omit<ObjectVersion, 'StorageClass'> & Pick<_Object, 'StorageClass'>;

/** An element of a listing, and its tag there: `Contents`, `Version` or `DeleteMarker`. */
export interface ListedElement {
	tag: string;
	listed: ListedMembers;
}

/** In characters. V8 copies shorter ones; a longer one is a view that keeps the XML of its whole page in memory. */
const leastView = 13;

const apart = (text: string) => (text.length < leastView ? text : Buffer.from(text).toString());

/** Undefined for what only the SDK reads: other entities, and line breaks. */
const textOfXml = (xml: string): string | undefined => {
	if (/[\r\n]/.test(xml)) return undefined;
	if (!xml.includes('&')) return apart(xml);
	const text = xml.replace(/&(?:lt|#60);/g, '<').replace(/&(?:gt|#62);/g, '>');
	const withQuotes = text.replace(/&(?:quot|#34);/g, '"').replace(/&(?:apos|#39);/g, "'");
	return /&(?!amp;)/.test(withQuotes) ? undefined : apart(withQuotes.replaceAll('&amp;', '&'));
};

/** A child with a text, or an owner: its name, its text, and the ID and name of the owner. */
const child = /\s*<(\w+)(?:\/>|>(?:([^<]*)|\s*<ID>([^<]*)<\/ID>\s*(?:<DisplayName>([^<]*)<\/DisplayName>\s*)?)<\/\1>)/y;

/** The SDK also passes on values that its types do not have, such as the storage classes of other servers. */
const isValue = <T extends string>(text: string): text is T => text !== '';

const time = /^\d{4}-\d\d-\d\dT([01]\d|2[0-3]):\d\d:\d\d(\.\d{1,3})?Z$/;

/** Members that the SDK drops, because AWS has none of them in elements with these tags. */
const dropped: Partial<Record<string, RegExp>> = {
	Contents: /^(VersionId|IsLatest)$/,
	DeleteMarker: /^(ETag|Size|StorageClass|ChecksumType|ChecksumAlgorithm)$/,
};

/** Adds a child to what it is a child of. Returns false if that has it already, or if it is not as expected. */
const add = (listed: ListedMembers, name: string, text: string): boolean => {
	switch (name) {
		case 'Key':
		case 'VersionId':
		case 'ETag':
			if (listed[name] !== undefined) return false;
			listed[name] = text;
			return true;
		case 'Size':
			if (listed.Size !== undefined || !/^\d{1,15}$/.test(text)) return false;
			listed.Size = Number(text);
			return true;
		case 'LastModified':
			if (listed.LastModified !== undefined || !time.test(text)) return false;
			listed.LastModified = new Date(text);
			return !Number.isNaN(listed.LastModified.getTime());
		case 'IsLatest':
			if (listed.IsLatest !== undefined || !/^(true|false)$/.test(text)) return false;
			listed.IsLatest = text === 'true';
			return true;
		case 'StorageClass':
			if (listed.StorageClass !== undefined || !isValue<ObjectStorageClass>(text)) return false;
			listed.StorageClass = text;
			return true;
		case 'ChecksumType':
			if (listed.ChecksumType !== undefined || !isValue<ChecksumType>(text)) return false;
			listed.ChecksumType = text;
			return true;
		case 'ChecksumAlgorithm':
			if (!isValue<ChecksumAlgorithm>(text)) return false;
			(listed.ChecksumAlgorithm ??= []).push(text);
			return true;
		default:
			// The SDK drops what it does not know, and gives an object for each of these even without content.
			return name !== 'Owner' && name !== 'RestoreStatus';
	}
};

const ownerOf = (id: string, displayName: string | undefined): Owner | undefined => {
	const [ID, DisplayName] = [textOfXml(id), displayName === undefined ? '' : textOfXml(displayName)];
	if (ID === undefined || DisplayName === undefined) return undefined;
	return displayName === undefined ? { ID } : { ID, DisplayName };
};

/** Reads an element whose children begin at a place; gives it with its end, or undefined if it is not as expected. */
const readElement = (xml: string, begin: number, tag: string): { listed: ListedMembers; end: number } | undefined => {
	const listed: ListedMembers = {};
	child.lastIndex = begin;
	let end = begin;
	for (let match = child.exec(xml); match; match = child.exec(xml)) {
		const [, name = '', raw = '', id, displayName] = match;
		if (id === undefined) {
			const text = textOfXml(raw);
			if (text === undefined) return undefined;
			if (!dropped[tag]?.test(name) && !add(listed, name, text)) return undefined;
		} else {
			if (name !== 'Owner' || listed.Owner) return undefined;
			listed.Owner = ownerOf(id, displayName);
			if (!listed.Owner) return undefined;
		}
		end = child.lastIndex;
	}
	const closing = /\s*<\/(\w+)>/y;
	closing.lastIndex = end;
	return closing.exec(xml)?.[1] === tag ? { listed, end: closing.lastIndex } : undefined;
};

/** What is taken out of the XML of a listing. */
export interface Taken {
	elements: ListedElement[];
	/** The XML with an empty element for each row of them, by which the SDK shows that it would have found them there. */
	rest: string;
	/** The number of these rows. */
	rows: number;
}

/**
 * Takes the elements with these tags out of the XML of a listing, in their order, and leaves the rest to the SDK, which takes several
 * times as long for a page. Undefined if one of them is written in an unusual way: then the SDK reads all of it.
 */
export const takeListed = (xml: string, tags: string): Taken | undefined => {
	// Comments and the like may contain anything.
	if (xml.includes('<!')) return undefined;
	const opening = new RegExp(`<(${tags})>`, 'g');
	const elements: ListedElement[] = [];
	let rest = '';
	let rows = 0;
	let at = 0;
	for (let match = opening.exec(xml); match; match = opening.exec(xml)) {
		const [all, tag = ''] = match;
		const element = readElement(xml, match.index + all.length, tag);
		if (!element) return undefined;
		const between = xml.slice(at, match.index);
		if (elements.at(-1)?.tag !== tag || between.trim() !== '') {
			rest += `${between}<${tag}/>`;
			rows++;
		}
		elements.push({ tag, listed: element.listed });
		at = element.end;
		opening.lastIndex = at;
	}
	rest += xml.slice(at);
	const left = rest.match(new RegExp(`<(\\w+:)?(${tags})[\\s/>]`, 'g')) ?? [];
	return left.length === rows ? { elements, rest, rows } : undefined;
};
