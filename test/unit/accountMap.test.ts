import type { Grant } from '@aws-sdk/client-s3';
import { s3Failure } from '../../nodes/AwsS3/s3/failure';
import type { Acl } from '../../nodes/AwsS3/s3/kept/accountMap';
import { granter, mappedGrants, readAcl } from '../../nodes/AwsS3/s3/kept/accountMap';
import { noLosses } from '../../nodes/AwsS3/s3/kept/losses';
import { answering } from '../support/answering';

const refusal = (code: string, status: number, lacks?: string) => s3Failure({ code, message: code, status, lacks });
const accessDenied = refusal('AccessDenied', 403);
const noAcls = refusal('AccessControlListNotSupported', 400);

const refusing = (error: Error) => () => {
	throw error;
};

const version = { bucket: 'b', key: 'k', versionId: '7' };
const atVersion = { Bucket: 'b', Key: 'k', VersionId: '7' };

test('the ACL of a version is its owner and its grants', async () => {
	const acl = { Owner: { ID: 'alice' }, Grants: [{ Grantee: { ID: 'bob' }, Permission: 'READ' }] };
	const { s3, inputsOf } = answering({ GetObjectAcl: () => ({ ...acl, $metadata: {} }) });
	expect(await readAcl(s3, version)).toStrictEqual(acl);
	expect(inputsOf('GetObjectAcl')).toEqual([atVersion]);
});

test('an ACL without grants has an empty list of them', async () => {
	const { s3 } = answering({ GetObjectAcl: () => ({ Owner: { ID: 'alice' } }) });
	expect(await readAcl(s3, version)).toStrictEqual({ Owner: { ID: 'alice' }, Grants: [] });
});

test.each<[string, Error]>([
	['the bucket has disabled them', noAcls],
	['the server says that it has none', refusal('NotImplemented', 400)],
	['the status says that the server has none', refusal('UnsupportedOperation', 501)],
	['the server answers with something else', s3Failure({ code: 'UnexpectedAnswer', message: '', lacks: 'ACLs' })],
])('there is no ACL: %s', async (_, error) => {
	expect(await readAcl(answering({ GetObjectAcl: refusing(error) }).s3, version)).toBeUndefined();
});

test.each<[string, Error]>([
	['it may not be read', accessDenied],
	['the object is missing', refusal('NoSuchKey', 404)],
	['the server is down', s3Failure({ code: 'ECONNREFUSED', message: '' })],
	['a code that ends like one of these', refusal('ActionNotImplemented', 400)],
	['a code that begins like one of these', refusal('NotImplementedYet', 400)],
	['another error', new Error('Something else')],
])('whether there is an ACL is not known: %s', async (_, error) => {
	await expect(readAcl(answering({ GetObjectAcl: refusing(error) }).s3, version)).rejects.toBe(error);
});

const accounts = new Map([
	['alice', 'alice-there'],
	['bob', 'bob@example.com'],
	['carol@example.com', 'carol-there'],
]);
const byId = (ID: string): Grant => ({ Grantee: { Type: 'CanonicalUser', ID }, Permission: 'READ' });
const byEmail = (EmailAddress: string): Grant => ({
	Grantee: { Type: 'AmazonCustomerByEmail', EmailAddress },
	Permission: 'READ',
});
const owner = { ID: 'me' };

test.each<[string, Acl, Grant[], string[]]>([
	['an ID', { Owner: owner, Grants: [byId('alice')] }, [byId('alice-there')], []],
	['an email address for an ID', { Owner: owner, Grants: [byId('bob')] }, [byEmail('bob@example.com')], []],
	['an ID for an email address', { Owner: owner, Grants: [byEmail('carol@example.com')] }, [byId('carol-there')], []],
	['its owner', { Owner: owner, Grants: [byId('me')] }, [], []],
	['an ID without an account', { Owner: owner, Grants: [byId('eve')] }, [], ['eve']],
	['an email address without an account', { Owner: owner, Grants: [byEmail('eve@x.org')] }, [], ['eve@x.org']],
	['the ID that no owner has', { Grants: [byId('eve')] }, [], ['eve']],
	['the only account of a server, which names no owner', { Grants: [{ Permission: 'FULL_CONTROL' }] }, [], []],
	[
		'the only account of a server, without an ID',
		{ Owner: {}, Grants: [{ Grantee: { Type: 'CanonicalUser' }, Permission: 'FULL_CONTROL' }] },
		[],
		[],
	],
	['an email address where the owner has no ID', { Owner: {}, Grants: [byEmail('eve@x.org')] }, [], ['eve@x.org']],
])('whom a copy is open to, and who has no account there: %s', (_, acl, expected, missing) => {
	const losses = noLosses();
	expect(mappedGrants(acl, accounts, losses)).toStrictEqual(expected);
	expect([...losses.grantees]).toEqual(missing);
	expect(Object.fromEntries(losses.counts)).toEqual(missing.length > 0 ? { grantees: 1 } : {});
});

const grants = [byId('alice-there')];
const copy = { bucket: 'there', key: 'k', versionId: '1' };
const acl = { Owner: { ID: 'owner', DisplayName: 'The Owner' }, Grants: [] };

test('a copy gets its grants besides the full control of its owner', async () => {
	const losses = noLosses();
	const { s3, inputsOf } = answering({ GetObjectAcl: () => acl, PutObjectAcl: () => ({}) });
	await granter(losses)(s3, copy, grants);
	const at = { Bucket: 'there', Key: 'k', VersionId: '1' };
	expect(inputsOf('GetObjectAcl')).toEqual([at]);
	const own = { Grantee: { Type: 'CanonicalUser', ID: 'owner' }, Permission: 'FULL_CONTROL' };
	const policy = { Owner: acl.Owner, Grants: [own, ...grants] };
	expect(inputsOf('PutObjectAcl')).toEqual([{ ...at, AccessControlPolicy: policy }]);
	expect(losses).toEqual(noLosses());
});

test('a server that names no owner gets the grants all the same', async () => {
	const { s3, inputsOf } = answering({ GetObjectAcl: () => ({}), PutObjectAcl: () => ({}) });
	await granter(noLosses())(s3, copy, grants);
	const own = { Grantee: { Type: 'CanonicalUser' }, Permission: 'FULL_CONTROL' };
	expect(inputsOf('PutObjectAcl')).toMatchObject([{ AccessControlPolicy: { Grants: [own, ...grants] } }]);
});

test('a copy without grants costs no request and loses nothing', async () => {
	const losses = noLosses();
	const { s3, operations } = answering({});
	await granter(losses)(s3, copy, []);
	expect(operations()).toBe('');
	expect(losses).toEqual(noLosses());
});

test.each<[string, Parameters<typeof answering>[0], string]>([
	['says so for the first ACL that is read', { GetObjectAcl: refusing(noAcls) }, 'GetObjectAcl'],
	[
		'says so for the first ACL that is written',
		{ GetObjectAcl: () => acl, PutObjectAcl: refusing(noAcls) },
		'GetObjectAcl PutObjectAcl',
	],
])('a bucket without ACLs %s, and each copy with grants counts', async (_, answers, requests) => {
	const losses = noLosses();
	const { s3, operations } = answering(answers);
	const grant = granter(losses);
	await grant(s3, copy, grants);
	await grant(s3, copy, grants);
	await grant(s3, copy, []);
	await grant(s3, copy, grants);
	expect(Object.fromEntries(losses.counts)).toEqual({ acl: 3 });
	expect(operations()).toBe(requests);
});

test('where S3 refuses the grants of a copy, the failure says that the copy is there, and the next copy gets its grants', async () => {
	const losses = noLosses();
	const grant = granter(losses);
	const denying = answering({ GetObjectAcl: () => acl, PutObjectAcl: refusing(accessDenied) });
	await expect(grant(denying.s3, copy, grants)).rejects.toMatchObject({
		...{ code: 'AccessDenied', status: 403 },
		done: expect.stringMatching(/^The object 'k' in bucket 'there' was written without its ACL\. /),
	});
	const allowing = answering({ GetObjectAcl: () => acl, PutObjectAcl: () => ({}) });
	await grant(allowing.s3, copy, grants);
	expect(allowing.operations()).toBe('GetObjectAcl PutObjectAcl');
	expect(losses).toEqual(noLosses());
});
