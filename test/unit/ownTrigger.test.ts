import type { IExecuteFunctions, IDataObject, INodeExecutionData } from 'n8n-workflow';
import { startsItself, writerIn } from '../../nodes/AwsS3/core/runner/ownTrigger';
import upload from '../../nodes/AwsS3/operations/object/upload';
import { isMarkedBy, markOn } from '../../nodes/AwsS3/s3/sdk/writerMark';

const watch = { bucket: 'b', prefix: 'in/', recursive: true, events: ['created'], options: {} };

/** A node after a trigger with parameters. */
const after = (parameters: IDataObject, more: object = {}) =>
	({
		getNode: () => ({ name: 'Amazon S3' }),
		getWorkflow: () => ({ id: 'w' }),
		getParentNodes: () => [{ type: 'n8n-nodes-aws-s3.awsS3Trigger', disabled: false, parameters, ...more }],
	}) as unknown as IExecuteFunctions;

const written = (json: IDataObject): INodeExecutionData[] => [{ json: { bucket: 'b', key: 'in/x', ...json } }];

test('a write that certainly starts the workflow again gets a hint', () => {
	expect(startsItself(after(watch), upload, written({}))).toEqual([expect.stringContaining("'in/x'")]);
	const locator = {
		bucket: { __rl: true, mode: 'name', value: 'b' },
		prefix: { __rl: true, mode: 'prefix', value: '' },
	};
	expect(startsItself(after({ ...watch, ...locator }), upload, written({}))).toHaveLength(1);
});

test.each<[string, IDataObject, IDataObject]>([
	['another bucket', watch, { bucket: 'other' }],
	['another prefix', watch, { key: 'out/x' }],
	['a subfolder that is not watched', { ...watch, recursive: false }, { key: 'in/deep/x' }],
	['other events', { ...watch, events: ['deleted'] }, {}],
	['a bucket from an expression', { ...watch, bucket: '={{ $json.bucket }}' }, {}],
	['a filter', { ...watch, options: { suffix: '.csv' } }, {}],
	['the option', { ...watch, options: { ignoreOwnWrites: true } }, {}],
	['a skipped write', watch, { skipped: true }],
	['a dry run', watch, { dryRun: true }],
])('no hint for %s', (_, trigger, json) => {
	expect(startsItself(after(trigger), upload, written(json))).toEqual([]);
});

test('only the option of a trigger before the node makes it mark what it writes', () => {
	const marking = { ...watch, options: { ignoreOwnWrites: true } };
	expect(writerIn(after(marking))).toBe('w');
	expect(writerIn(after({ ...watch, options: { ignoreOwnWrites: false } }))).toBeUndefined();
	expect(writerIn(after(watch))).toBeUndefined();
	expect(writerIn(after(marking, { disabled: true }))).toBeUndefined();
	expect(writerIn(after(marking, { type: 'n8n-nodes-base.webhook' }))).toBeUndefined();
});

test('a mark belongs to a workflow, a bucket and a key, and keeps other metadata', () => {
	const { Metadata = {} } = markOn('PutObject', { Bucket: 'b', Key: 'k', Metadata: { colour: 'red' } }, 'w');
	expect(Metadata).toMatchObject({ colour: 'red' });
	expect(isMarkedBy('w', { bucket: 'b', key: 'k' }, Metadata)).toBe(true);
	expect(isMarkedBy('v', { bucket: 'b', key: 'k' }, Metadata)).toBe(false);
	expect(isMarkedBy('w', { bucket: 'c', key: 'k' }, Metadata)).toBe(false);
	expect(isMarkedBy('w', { bucket: 'b', key: 'l' }, Metadata)).toBe(false);
	expect(isMarkedBy('w', { bucket: 'b', key: 'k' })).toBe(false);
});

test.each([
	['CreateMultipartUpload', {}, true],
	['CopyObject', { MetadataDirective: 'REPLACE' }, true],
	// S3 would ignore it.
	['CopyObject', { MetadataDirective: 'COPY' }, false],
	['UploadPart', {}, false],
	['PutObjectTagging', {}, false],
])('%s with %o is marked: %s', (operation, input, isMarked) => {
	expect('Metadata' in markOn(operation, { Bucket: 'b', Key: 'k', ...input }, 'w')).toBe(isMarked);
});
