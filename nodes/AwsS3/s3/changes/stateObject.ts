import { DeleteObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import type { S3 } from '../client/client';
import { s3Failure, statusOf } from '../failure';
import { newId } from '../job/jobPlace';
import { triggersFolder } from '../ownFiles';
import { download } from '../read/download';
import { ifFree, isTaken } from '../write/conditionalWrite';
import { decodeState } from './stateCodec';
import type { Change } from './watchedObject';

/** Where a trigger stores its states as objects. */
export interface StatePlace {
	bucket: string;
	/** The prefix before the folder of all triggers. */
	prefix: string;
	/** The unique name of the trigger. */
	name: string;
}

/** An object with a state, and its checksum. */
interface StateObject {
	bucket: string;
	key: string;
	checksum: string;
}

/**
 * Writes a state as a new object with a unique key. It replaces no other state, so a killed n8n still finds the last one that
 * it knows, and two n8n cannot overwrite each other's states.
 */
export const writeStateObject = async (s3: S3, place: StatePlace, bytes: Buffer): Promise<StateObject> => {
	const { bucket, prefix, name } = place;
	const at = { bucket, key: `${prefix}${triggersFolder}${name}/${newId(new Date())}` };
	const put = async (condition: object) =>
		await s3.send(
			new PutObjectCommand({
				...{ Bucket: at.bucket, Key: at.key, ContentType: 'application/octet-stream', Body: bytes, ...condition },
				// The trigger could not read a state in an archive.
				...(s3.defaults.StorageClass && { StorageClass: 'STANDARD' }),
			}),
		);
	await ifFree(s3, at, 'conditionalPut', put).catch((error) => {
		// The response to an earlier attempt was lost: nobody else writes to this key.
		if (!isTaken(error)) throw error;
	});
	return { ...at, checksum: bytes.subarray(-32).toString('hex') };
};

/** Reads the records of a state. Throws if the object is gone or was changed. */
export async function* readStateObject(s3: S3, { bucket, key, checksum }: StateObject): AsyncGenerator<Change[]> {
	const { body } = await download(s3, { Bucket: bucket, Key: key }).catch((error) => {
		if (statusOf(error) !== 404) throw error;
		throw s3Failure({
			...{ code: 'TriggerStateGone', bucket, key, connection: s3.connection },
			message: `The state of the trigger is no longer in '${key}'`,
		});
	});
	yield* decodeState(body, checksum);
}

/** Deletes an old state. Ignores refusals: a state too many does no harm. */
export const deleteStateObject = async (s3: S3, { bucket, key }: { bucket: string; key: string }): Promise<void> => {
	await s3.send(new DeleteObjectCommand({ Bucket: bucket, Key: key })).catch(() => undefined);
};
