import { withGrants } from '../../nodes/AwsS3/s3/kept/bucketPolicy';
import { folderGrants, sidOf } from '../../nodes/AwsS3/s3/kept/folderGrants';

const user = (name: string, account = '111111111111') => `arn:aws:iam::${account}:user/${name}`;
const alice = user('alice');
const from = { bucket: 'old', prefix: 'data/', region: 'us-east-1' };
const to = { bucket: 'new', prefix: 'copy/', region: 'us-east-1' };

const accounts = new Map([
	[alice, user('anna', '222222222222')],
	['333333333333', '444444444444'],
]);

const statement = (more: object = {}) => ({
	...{ Effect: 'Allow', Principal: { AWS: alice }, Action: 's3:GetObject', Resource: 'arn:aws:s3:::old/data/x/*' },
	...more,
});

const keep = (statements: unknown, places: Partial<{ from: typeof from; to: typeof to }> = {}) =>
	folderGrants({ Version: '2012-10-17', Statement: statements }, { from, to, accounts, ...places });

const summary = (...given: Parameters<typeof keep>) => {
	const { statements, lost } = keep(...given);
	return [...statements.flatMap(({ Resource }) => Resource), ...lost.map(({ of, reason }) => `${reason}: ${of}`)];
};

test('a grant on a folder becomes one of the other user on the other folder', () => {
	const Condition = { IpAddress: { 'aws:SourceIp': '192.0.2.0/24' } };
	expect(keep(statement({ Sid: 'One', Action: ['s3:GetObject', 's3:PutObject'], Condition }))).toEqual({
		statements: [
			{
				...{ Sid: `${sidOf({ from, to })}0`, Effect: 'Allow', Principal: { AWS: [user('anna', '222222222222')] } },
				...{ Action: ['s3:GetObject', 's3:PutObject'], Resource: ['arn:aws:s3:::new/copy/x/*'], Condition },
			},
		],
		lost: [],
	});
	expect(sidOf({ from, to })).toMatch(/^[A-Za-z0-9]+$/);
});

test.each([
	['a folder inside', 'data/x/*', ['arn:aws:s3:::new/copy/x/*']],
	['one object', 'data/x/y.txt', ['arn:aws:s3:::new/copy/x/y.txt']],
	['the folder itself', 'data/*', ['arn:aws:s3:::new/copy/*']],
	['a larger folder: only what is transferred', '*', ['arn:aws:s3:::new/copy/*']],
	['a larger folder with the same beginning', 'da*', ['arn:aws:s3:::new/copy/*']],
	['wildcards inside', 'data/*/reports/?.csv', ['arn:aws:s3:::new/copy/*/reports/?.csv']],
	['another folder', 'other/*', []],
	['a key outside', 'dat', []],
	['wildcards across the prefix', '*/reports/*', ['pattern: */reports/*']],
	['the home folder of each user', 'data/${aws:username}/*', ['pattern: data/${aws:username}/*']],
])('folders: %s', (_, pattern, expected) => {
	expect(summary(statement({ Resource: `arn:aws:s3:::old/${pattern}` }))).toEqual(expected);
});

test('prefixes with wildcards are taken literally', () => {
	const places = { from: { ...from, prefix: 'a*b/' }, to: { ...to, prefix: 'c?$/' } };
	const resources = ['arn:aws:s3:::old/a${*}b/x/*', 'arn:aws:s3:::old/aXb/*', 'arn:aws:s3:::old/a*'];
	expect(summary(statement({ Resource: resources }), places)).toEqual([
		'arn:aws:s3:::new/c${?}${$}/x/*',
		'arn:aws:s3:::new/c${?}${$}/*',
	]);
});

test('the ARN is that of the partition of the destination', () => {
	const places = { to: { ...to, region: 'cn-north-1' } };
	expect(summary(statement(), places)).toEqual(['arn:aws-cn:s3:::new/copy/x/*']);
});

test.each([
	['a user of a mapped account keeps its name', { AWS: user('bob', '333333333333') }, [user('bob', '444444444444')]],
	['a user in a path', { AWS: user('a/b/bob', '333333333333') }, [user('a/b/bob', '444444444444')]],
	['two users become one', { AWS: [alice, alice] }, [user('anna', '222222222222')]],
	['a user whom the map does not have', { AWS: user('eve') }, [`notMapped: ${user('eve')}`]],
	['a whole account', { AWS: 'arn:aws:iam::333333333333:root' }, ['account: arn:aws:iam::333333333333:root']],
	['an account ID', { AWS: '333333333333' }, ['account: 333333333333']],
	['a group', { AWS: 'arn:aws:iam::333333333333:group/g' }, ['group: arn:aws:iam::333333333333:group/g']],
	['a role', { AWS: 'arn:aws:iam::333333333333:role/r' }, ['role: arn:aws:iam::333333333333:role/r']],
	['everyone', '*', ['everyone: *']],
	['everyone in a list', { AWS: ['*'] }, ['everyone: *']],
	['a service', { Service: 'logging.s3.amazonaws.com' }, ['otherGrantee: Service logging.s3.amazonaws.com']],
	['a deleted user', { AWS: 'AIDAEXAMPLE' }, ['otherGrantee: AIDAEXAMPLE']],
])('grantees: %s', (_, Principal, expected) => {
	const { statements, lost } = keep(statement({ Principal }));
	const users = statements.flatMap((one) => one.Principal.AWS);
	expect([...users, ...lost.map(({ of, reason }) => `${reason}: ${of}`)]).toEqual(expected);
});

test('listings are granted below the prefix of the destination, and objects apart from them', () => {
	const both = { Action: ['s3:ListBucket', 's3:GetObject', 's3:GetBucketPolicy', 's3:Put*'] };
	const { statements } = keep(statement({ ...both, Resource: ['arn:aws:s3:::old', 'arn:aws:s3:::old/*'] }));
	expect(statements.map(({ Action, Resource, Condition }) => ({ Action, Resource, Condition }))).toEqual([
		{ Action: ['s3:GetObject', 's3:Put*'], Resource: ['arn:aws:s3:::new/copy/*'], Condition: undefined },
		{
			...{ Action: ['s3:ListBucket'], Resource: ['arn:aws:s3:::new'] },
			Condition: { StringLike: { 's3:prefix': ['copy/*'] } },
		},
	]);
});

const listing = (Condition: object, Action = 's3:List*') =>
	statement({ Action, Resource: 'arn:aws:s3:::old', Condition });

test.each([
	['a folder', { StringLike: { 's3:prefix': 'data/x/*' } }, { StringLike: { 's3:prefix': ['copy/x/*'] } }],
	['several', { StringEquals: { 'S3:Prefix': ['data/', 'b/'] } }, { StringEquals: { 'S3:Prefix': ['copy/'] } }],
	[
		'with a delimiter',
		{ StringEquals: { 's3:prefix': 'data/', 's3:delimiter': '/' } },
		{ StringEquals: { 's3:prefix': ['copy/'], 's3:delimiter': '/' } },
	],
	['another folder', { StringLike: { 's3:prefix': 'b/*' } }, undefined],
	['all but a folder', { StringNotLike: { 's3:prefix': 'data/x/*' } }, 'condition'],
	['only where there is a prefix', { StringLikeIfExists: { 's3:prefix': 'data/x/*' } }, 'condition'],
])('prefixes of listings: %s', (_, given, expected) => {
	const { statements, lost } = keep(listing(given));
	expect(statements[0]?.Condition ?? lost[0]?.reason).toEqual(expected);
	for (const { Action } of statements) expect(Action).toEqual(['s3:ListBucket', 's3:ListBucketVersions']);
});

const deny = (more: object) => ({ ...statement(more), Effect: 'Deny' });

test.each([
	['the same folder', deny({}), true],
	['a part of the folder', deny({ Resource: 'arn:aws:s3:::old/data/x/secret/*' }), true],
	['everyone', deny({ Principal: '*' }), true],
	['all other users', { ...deny({}), Principal: undefined, NotPrincipal: { AWS: user('boss') } }, true],
	['all but a part', { ...deny({}), Resource: undefined, NotResource: 'arn:aws:s3:::old/data/x/*' }, true],
	['the account', deny({ Principal: { AWS: 'arn:aws:iam::111111111111:root' } }), true],
	[
		'who is not in an office',
		deny({ Principal: '*', Condition: { NotIpAddress: { 'aws:SourceIp': '192.0.2.1' } } }),
		true,
	],
	['requests without TLS', deny({ Principal: '*', Condition: { Bool: { 'aws:SecureTransport': 'false' } } }), false],
	['another user', deny({ Principal: { AWS: user('eve') } }), false],
	['another account', deny({ Principal: { AWS: '555555555555' } }), false],
	['another folder', deny({ Resource: 'arn:aws:s3:::old/data/y/*' }), false],
	['settings of the bucket', deny({ Principal: '*', Action: 's3:DeleteBucket', Resource: 'arn:aws:s3:::old' }), false],
])('a grant is kept only if nothing of it is denied: %s', (_, denial, isLost) => {
	const { statements, lost } = keep([statement(), denial]);
	expect(statements.length).toBe(isLost ? 0 : 1);
	expect(lost.some(({ reason, of }) => reason === 'denied' && of === alice)).toBe(isLost);
	expect(lost.filter(({ reason }) => reason === 'deny')).toHaveLength(1);
});

test('a denied listing takes the grant to list', () => {
	const list = listing({ StringLike: { 's3:prefix': 'data/x/*' } });
	expect(summary([list, deny({ Action: 's3:ListBucket', Resource: 'arn:aws:s3:::old' })])).toEqual([
		`denied: ${alice}`,
		`deny: ${alice}`,
	]);
});

test.each([
	['no policy', undefined],
	['no statements', []],
	['something else', 'text'],
])('nothing is granted by %s', (_, statements) => {
	expect(keep(statements)).toEqual({ statements: [], lost: [] });
});

test.each([['NotPrincipal'], ['NotAction'], ['NotResource']])('%s is not kept', (member) => {
	expect(keep(statement({ [member]: '*' }))).toMatchObject({ statements: [], lost: [{ reason: 'form' }] });
});

const { statements: own } = keep([statement(), listing({ StringLike: { 's3:prefix': 'data/x/*' } })]);
const sid = sidOf({ from, to });
const other = {
	Sid: 'Mine',
	Effect: 'Allow',
	Principal: '*',
	Action: 's3:GetObject',
	Resource: 'arn:aws:s3:::new/web/*',
};
const others = { Version: '2008-10-17', Id: 'kept', Statement: [other] };

test('the policy of the destination keeps its other statements, and those of other transfers', () => {
	const ofOther = { ...other, Sid: `${sidOf({ from, to: { ...to, prefix: 'b/' } })}0` };
	const before = { ...others, Statement: [other, ofOther, { ...other, Sid: `${sid}0` }, { ...other, Sid: `${sid}7` }] };
	const { policy, isChanged } = withGrants(before, sid, own);
	expect(policy).toEqual({ ...others, Statement: [other, ofOther, ...own] });
	expect(isChanged).toBe(true);
	expect(withGrants(policy, sid, own).isChanged).toBe(false);
	expect(withGrants(policy, sid, []).policy).toEqual({ ...others, Statement: [other, ofOther] });
});

test('a single statement without a list stays', () => {
	expect(withGrants({ ...others, Statement: other }, sid, own).policy).toMatchObject({ Statement: [other, ...own] });
});

test('what a server writes in another way is no change', () => {
	const asServersSay = own.map(({ Action, Resource, Principal: { AWS }, ...more }) => ({
		...{ Resource: Resource[0], Action: [...Action].reverse(), Principal: { AWS: AWS[0] } },
		...more,
	}));
	const asOne = asServersSay.map((one) => ({ ...one, Action: one.Action.length === 1 ? one.Action[0] : one.Action }));
	expect(withGrants({ Statement: [...asOne].reverse() }, sid, own).isChanged).toBe(false);
});

test('without any statement there is no policy, and its size is that of its text in UTF-8', () => {
	expect(withGrants(undefined, sid, [])).toEqual({ policy: undefined, bytes: 0, isChanged: false });
	expect(withGrants({ Statement: own }, sid, [])).toEqual({ policy: undefined, bytes: 0, isChanged: true });
	const { policy, bytes } = withGrants({ ...others, Id: 'ü' }, sid, own);
	expect(bytes).toBe(JSON.stringify(policy).length + 1);
});
