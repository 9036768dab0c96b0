import type { Connection } from '../connection';
import type { Target } from './subresources';

/** A request of the S3 API. */
export interface Request {
	connection: Connection;
	operation: string;
	input: object;
	signal?: AbortSignal;
}

/** A member of a request as text; empty if it is something else. */
export const text = (value: unknown) => (typeof value === 'string' ? value : '');

/** What a request is about. */
export const targetOf = (input: object): Target => {
	const given: { [name in keyof Target]?: unknown } = input;
	return {
		Bucket: text(given.Bucket),
		Key: text(given.Key),
		VersionId: text(given.VersionId) || undefined,
		UploadId: text(given.UploadId),
		Id: text(given.Id),
	};
};

/** Whether a request names one version. `null` names the object of a bucket without versioning. */
export const readsVersion = (operation: string, versionId = 'null') =>
	/^(Head|Get)Object$/.test(operation) && versionId !== 'null';
