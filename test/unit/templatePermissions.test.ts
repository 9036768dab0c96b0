import { permissionsOfNode, usesByReason } from '../../docs/templatePermissions';
import { triggers } from '../../nodes/AwsS3/operations/access/triggers';
import * as all from '../../nodes/AwsS3/operations';
import type { Permission } from '../../nodes/AwsS3/core/operation';

const operations: Array<{ resource: string; name: string; permissions: Permission[] }> = Object.values(all);

const ofOperation = (resource: string, name: string) =>
	operations.find((one) => one.resource === resource && one.name === name)?.permissions ?? [];
const ofTrigger = (id: string) => triggers.find((one) => one.id === id)?.permissions ?? [];

const actions = (permissions: Permission[], parameters: Parameters<typeof permissionsOfNode>[1]) =>
	new Set(permissionsOfNode(permissions, parameters).map(({ action }) => action));

test('each reason is that of a permission', () => {
	const reasons = [...operations, ...triggers].flatMap(({ permissions }) => permissions.map(({ when }) => when));
	for (const reason of Object.keys(usesByReason)) expect(reasons).toContain(reason);
});

test.each([
	['a transfer that copies deletes nothing', { mode: 'copy' }, false],
	['a transfer that mirrors deletes objects', { mode: 'mirror' }, true],
	['a transfer that moves deletes objects', { mode: 'move' }, true],
])('%s', (_title, parameters, deletes) => {
	expect(actions(ofOperation('transfer', 'Run'), parameters).has('s3:DeleteObject')).toBe(deletes);
});

test('a transfer whose actions other nodes carry out only reads', () => {
	const reading = actions(ofOperation('transfer', 'Run'), { mode: 'mirror', destination: 'items', options: {} });
	expect(reading).toEqual(new Set(['s3:ListBucket', 's3:GetObject', 'kms:Decrypt']));
});

test('only a transfer that keeps the grants of folders changes policies', () => {
	const run = ofOperation('transfer', 'Run');
	expect(actions(run, { options: {} })).not.toContain('s3:PutBucketPolicy');
	expect(actions(run, { options: { keepFolderGrants: true } })).toContain('s3:PutBucketPolicy');
});

test('only a comparison reads what is there, and only a comparison or a new name lists', () => {
	const upload = ofOperation('object', 'Upload');
	expect(actions(upload, { onConflict: 'skip' })).not.toContain('s3:ListBucket');
	expect(actions(upload, { onConflict: 'rename' })).toContain('s3:ListBucket');
	expect(actions(upload, { onConflict: 'rename' })).not.toContain('s3:GetObject');
	expect(actions(upload, { onConflict: 'skipIfSame' })).toContain('s3:GetObject');
});

test('a list that adds metadata reads no tags', () => {
	const list = ofOperation('object', 'Get Many');
	expect(actions(list, { options: { join: ['metadata'] } })).toEqual(new Set(['s3:ListBucket', 's3:GetObject']));
	expect(actions(list, { options: { join: ['tags'] } })).toEqual(new Set(['s3:ListBucket', 's3:GetObjectTagging']));
});

test('a trigger that adds nothing reads no objects, and one that waits for a scan reads tags', () => {
	const trigger = permissionsOfNode(ofTrigger('awsS3Trigger'), { events: ['created'], options: {} });
	expect(trigger.filter(({ on }) => on === 'object')).toEqual([]);
	const waiting = actions(ofTrigger('awsS3Trigger'), { events: ['created'], options: { onlyClean: true } });
	expect(waiting).toContain('s3:GetObjectTagging');
	expect(waiting).not.toContain('s3:GetObjectVersionTagging');
});
