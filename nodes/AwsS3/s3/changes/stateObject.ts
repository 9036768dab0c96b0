import { DeleteObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import type { S3 } from '../client/client';
import { s3Failure, statusOf } from '../failure';
import { newId } from '../job/jobPlace';
import { triggersFolder } from '../jobFolder';
import { download } from '../read/download';
import { ifFree, isTaken } from '../write/conditionalWrite';
import { decodeState } from './stateCodec';
import type { Change } from './watched';

/** Where the states of a trigger are, if they are objects. */
export interface StatePlace {
	bucket: string;
	/** What their keys begin with, before the folder of all triggers. */
	prefix: string;
	/** The name of the trigger, which no other trigger has. */
	name: string;
}

/** An object with a state, by its checksum. */
export interface StateObject {
	bucket: string;
	key: string;
	checksum: string;
}

/**
 * Writes a state as a new object with a unique name, and replaces none: so n8n still finds the state that it knows
 * after it was killed, and two n8n cannot overwrite each other's.
 */
export const writeStateObject = async (s3: S3, place: StatePlace, bytes: Buffer): Promise<StateObject> => {
	const { bucket, prefix, name } = place;
	const at = { bucket, key: `${prefix}${triggersFolder}${name}/${newId(new Date())}` };
	const put = async (condition: object) =>
		await s3.send(
			new PutObjectCommand({
				...{ Bucket: at.bucket, Key: at.key, ContentType: 'application/octet-stream', Body: bytes, ...condition },
				// A state in an archive could not be read again.
				...(s3.defaults.StorageClass && { StorageClass: 'STANDARD' }),
			}),
		);
	await ifFree(s3, at, 'conditionalPut', put).catch((error) => {
		// The answer to an earlier attempt was lost: no other program writes to this name.
		if (!isTaken(error)) throw error;
	});
	return { ...at, checksum: bytes.subarray(-32).toString('hex') };
};

/** Reads the records of a state. Throws if the object is gone, or is not what was written. */
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

/** Deletes an object with an old state. It is only in the way, so a refusal is none of the trigger's business. */
export const deleteStateObject = async (s3: S3, { bucket, key }: { bucket: string; key: string }): Promise<void> => {
	await s3.send(new DeleteObjectCommand({ Bucket: bucket, Key: key })).catch(() => undefined);
};
