import type { Members } from '../answers/members';
import { isMembers, memberOf, textOf, withValues } from '../answers/members';
import { textIn } from '../failure';
import type { ScanVerdict } from '../changes/malwareScan';
import { scanTag, scanVerdict } from '../changes/malwareScan';
import type { S3Event, S3EventName } from './eventNames';
import { isGone, nameOf } from './eventNames';

/** The names that S3 itself has for what EventBridge names, by its type, and by the reason or kind of it. */
const eventNames: Record<string, (detail: Members) => string> = {
	'Object Created': ({ reason }) => `ObjectCreated:${ways[textOf(reason) ?? ''] ?? 'Put'}`,
	'Object Deleted': (detail) => {
		const isMarker = detail['deletion-type'] === 'Delete Marker Created';
		const kind = isMarker ? 'DeleteMarkerCreated' : 'Delete';
		return detail.reason === 'Lifecycle Expiration' ? `LifecycleExpiration:${kind}` : `ObjectRemoved:${kind}`;
	},
	'Object Restore Initiated': () => 'ObjectRestore:Post',
	'Object Restore Completed': () => 'ObjectRestore:Completed',
	'Object Restore Expired': () => 'ObjectRestore:Delete',
	'Object Storage Class Changed': () => 'LifecycleTransition',
	'Object Access Tier Changed': () => 'IntelligentTiering',
	'Object ACL Updated': () => 'ObjectAcl:Put',
	'Object Tags Added': () => 'ObjectTagging:Put',
	'Object Tags Deleted': () => 'ObjectTagging:Delete',
};

const ways: Record<string, string> = {
	PutObject: 'Put',
	'POST Object': 'Post',
	CopyObject: 'Copy',
	CompleteMultipartUpload: 'CompleteMultipartUpload',
};

const eventOfVerdict: Record<ScanVerdict, S3EventName> = {
	clean: 'scanned',
	infected: 'infected',
	notScanned: 'scanFailed',
	pending: 'scanFailed',
};

const scanResult = 'GuardDuty Malware Protection Object Scan Result';

/** Whether a message is an event of EventBridge. */
export const isOfBridge = (value: Members) =>
	typeof value['detail-type'] === 'string' && typeof value.source === 'string' && isMembers(value.detail);

/** What GuardDuty has found in an object. https://docs.aws.amazon.com/guardduty/latest/ug/monitor-with-eventbridge-s3-malware-protection.html */
const eventOfScan = (value: Members, detail: Members): S3Event | undefined => {
	const object = memberOf(detail, 's3ObjectDetails');
	const status = textOf(memberOf(detail, 'scanResultDetails').scanResultStatus);
	const [bucket, key] = [textIn(object.bucketName), textIn(object.objectKey)];
	if (!bucket || !key || !status) return undefined;
	return {
		...{ event: eventOfVerdict[scanVerdict({ [scanTag]: status })], bucket, key },
		...withValues({
			...{ etag: textOf(object.eTag), versionId: textOf(object.versionId) },
			...{ eventTime: textOf(value.time), region: textOf(value.region), id: textOf(value.id) },
		}),
		tags: { [scanTag]: status },
		eventName: `MalwareScan:${status}`,
	};
};

/**
 * The event that EventBridge reports; undefined for one that is none of objects in S3. Keys are not encoded in it.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/ev-events.html
 */
export const eventOfBridge = (value: Members): S3Event | undefined => {
	const detail = memberOf(value, 'detail');
	const type = textOf(value['detail-type']) ?? '';
	if (type === scanResult) return eventOfScan(value, detail);
	const eventName = Object.hasOwn(eventNames, type) ? eventNames[type]?.(detail) : undefined;
	const event = eventName && nameOf(eventName);
	const object = memberOf(detail, 'object');
	const [bucket, key] = [textIn(memberOf(detail, 'bucket').name), textIn(object.key)];
	if (!eventName || !event || !bucket || !key) return undefined;
	return {
		...{ event, bucket, key },
		...(typeof object.size === 'number' && !isGone(event) && { size: object.size }),
		...withValues({
			...(!isGone(event) && { etag: textOf(object.etag) }),
			versionId: textOf(object['version-id']),
			storageClass:
				textOf(detail['destination-storage-class']) ??
				textOf(detail['destination-access-tier']) ??
				textOf(detail['source-storage-class']),
			...{ eventTime: textOf(value.time), region: textOf(value.region), sequencer: textOf(object.sequencer) },
			id: textOf(value.id),
		}),
		eventName,
	};
};
