import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as sdk from '@aws-sdk/client-s3';
import { ShapeError, validateShape } from '../../nodes/AwsS3/s3/settings/validateShape';
import { requiredMembersText } from '../../scripts/requiredMembers';

test('the required members are those of the installed SDK', () => {
	const file = join(__dirname, '..', '..', 'nodes', 'AwsS3', 's3', 'settings', 'requiredMembers.ts');
	expect(readFileSync(file, 'utf8')).toBe(requiredMembersText());
});

const rule = { AllowedMethods: ['GET'], AllowedOrigins: ['*'] };

test.each<[string, Parameters<typeof validateShape>[0], unknown, unknown]>([
	['a structure stays as it is', sdk.CORSConfiguration$, { CORSRules: [rule] }, { CORSRules: [rule] }],
	['a list alone becomes the structure around it', sdk.CORSConfiguration$, [rule], { CORSRules: [rule] }],
	['an empty structure is one', sdk.BucketLoggingStatus$, {}, {}],
	[
		'null and undefined are left out',
		sdk.CORSConfiguration$,
		{ CORSRules: [{ ...rule, ID: null, MaxAgeSeconds: undefined }] },
		{ CORSRules: [rule] },
	],
	[
		'values that are false, zero or empty stay',
		sdk.LifecycleRule$,
		{ Status: 'Enabled', ID: '', Expiration: { Days: 0, ExpiredObjectDeleteMarker: false } },
		{ Status: 'Enabled', ID: '', Expiration: { Days: 0, ExpiredObjectDeleteMarker: false } },
	],
	['a date is made of text', sdk.LifecycleExpiration$, { Date: '2026-01-31' }, { Date: new Date('2026-01-31') }],
	['a date is made of milliseconds', sdk.LifecycleExpiration$, { Date: 1.8e12 }, { Date: new Date(1.8e12) }],
	['a date stays one', sdk.LifecycleExpiration$, { Date: new Date(0) }, { Date: new Date(0) }],
])('%s', (_, schema, value, expected) => {
	expect(validateShape(schema, value)).toStrictEqual(expected);
});

test.each<[string, Parameters<typeof validateShape>[0], unknown, string]>([
	['text', sdk.CORSConfiguration$, 'x', 'The value is not an object with CORSRules'],
	['null', sdk.CORSConfiguration$, null, 'The value is not an object with CORSRules'],
	[
		'a list where there are several members',
		sdk.LifecycleExpiration$,
		[],
		'The value is not an object with Date, Days, ExpiredObjectDeleteMarker',
	],
	[
		'a list where the only member is no list',
		sdk.BucketLoggingStatus$,
		[],
		'The value is not an object with LoggingEnabled',
	],
	[
		'an unknown member',
		sdk.WebsiteConfiguration$,
		{ ErrorDocument: { Key: 'e', Name: 'x' } },
		"ErrorDocument has 'Name', which S3 does not support; it can have Key",
	],
	[
		'a member of a structure that has none',
		sdk.NotificationConfiguration$,
		{ EventBridgeConfiguration: { On: true } },
		"EventBridgeConfiguration has 'On', which S3 does not support; it can have nothing",
	],
	[
		'an unknown member where there are many',
		sdk.LifecycleExpiration$,
		{ On: 1 },
		"The value has 'On', which S3 does not support; it can have Date, Days, ExpiredObjectDeleteMarker",
	],
	[
		'a list where the first of several members is one',
		sdk.BucketLifecycleConfiguration$,
		1,
		'The value is not an object with Rules',
	],
	['nothing in it', sdk.CORSConfiguration$, {}, "The value has no 'CORSRules'"],
	['null for what is required', sdk.CORSConfiguration$, { CORSRules: null }, "The value has no 'CORSRules'"],
	[
		'the second of two required members missing',
		sdk.CORSConfiguration$,
		{ CORSRules: [rule, { AllowedMethods: ['GET'] }] },
		"CORSRules[1] has no 'AllowedOrigins'",
	],
	[
		'a required member of a structure deep inside missing',
		sdk.ReplicationConfiguration$,
		{ Role: 'r', Rules: [{ Status: 'Enabled', Destination: { Bucket: 'b', Metrics: {} } }] },
		"Rules[0].Destination.Metrics has no 'Status'",
	],
	[
		'a required member of a tag in a filter missing',
		sdk.MetricsConfiguration$,
		{ Id: 'm', Filter: { Tag: { Key: 'k' } } },
		"Filter.Tag has no 'Value'",
	],
	['no list', sdk.CORSConfiguration$, { CORSRules: rule }, 'CORSRules is not a list'],
	['a number for text', sdk.CORSConfiguration$, { CORSRules: [{ ...rule, ID: 1 }] }, 'CORSRules[0].ID is not text'],
	[
		'a number in a list of text',
		sdk.CORSConfiguration$,
		{ CORSRules: [{ ...rule, AllowedOrigins: ['*', 1] }] },
		'CORSRules[0].AllowedOrigins[1] is not text',
	],
	['text for a number', sdk.LifecycleExpiration$, { Days: '7' }, 'Days is not a number'],
	[
		'text for a switch',
		sdk.PublicAccessBlockConfiguration$,
		{ BlockPublicAcls: 'true' },
		'BlockPublicAcls is neither true nor false',
	],
	[
		'a date that is none',
		sdk.LifecycleExpiration$,
		{ Date: 'soon' },
		'Date is not a date such as 2026-01-31T00:00:00Z',
	],
	['a switch for a date', sdk.LifecycleExpiration$, { Date: true }, 'Date is not a date such as 2026-01-31T00:00:00Z'],
])('refused: %s', (_, schema, value, message) => {
	expect(() => validateShape(schema, value)).toThrow(new ShapeError(message));
});
