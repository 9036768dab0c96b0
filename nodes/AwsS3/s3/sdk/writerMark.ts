import { createHash } from 'node:crypto';

/** Where a writer marks what it writes, in the metadata of objects. */
const markName = 'n8n-own-write';

/** Of the writer and the place of the object: a copy at another place takes the mark along, and is not marked there. */
const markOf = (writer: string, bucket: string, key: string) =>
	createHash('sha256')
		.update(JSON.stringify([writer, bucket, key]))
		.digest('hex')
		.slice(0, 32);

const isTexts = (value: unknown): value is Record<string, string> => typeof value === 'object' && value !== null;

/** What a writer adds to the input of a request, if that writes an object with new metadata. */
export const markOn = (operation: string, input: object, writer: string): { Metadata?: Record<string, string> } => {
	const isWrite =
		operation === 'PutObject' ||
		operation === 'CreateMultipartUpload' ||
		(operation === 'CopyObject' && 'MetadataDirective' in input && input.MetadataDirective === 'REPLACE');
	if (!isWrite || !('Bucket' in input) || !('Key' in input)) return {};
	const given = 'Metadata' in input && isTexts(input.Metadata) ? input.Metadata : {};
	return { Metadata: { ...given, [markName]: markOf(writer, String(input.Bucket), String(input.Key)) } };
};

/** Whether the metadata of an object has the mark of a writer. */
export const isMarkedBy = (
	writer: string,
	{ bucket, key }: { bucket: string; key: string },
	metadata: Record<string, string> = {},
) => metadata[markName] === markOf(writer, bucket, key);
