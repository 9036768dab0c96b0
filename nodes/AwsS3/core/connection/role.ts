import type { Role } from '../../s3/connection';
import { badInput } from '../errors/badInput';
import type { Data } from './credentialData';
import { requiredText, text } from './credentialData';
import { sessionTagsIn } from './sessionTags';

const defaultDuration = 3600;

/** In seconds. https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles.html#iam-term-role-chaining */
const longestOfChain = 3600;

const durationOf = ({ roleDuration }: Data, isChained: boolean) => {
	const duration = typeof roleDuration === 'number' ? roleDuration : defaultDuration;
	if (!Number.isInteger(duration) || duration < 900 || duration > 43_200) {
		throw badInput(
			`'Role Duration' of the credential cannot be ${duration}`,
			'Enter 900 to 43200 seconds, and not more than the role allows.',
		);
	}
	if (isChained && duration > longestOfChain) {
		throw badInput(
			`'Role Duration' of the credential cannot be ${duration}, because another role assumes the role`,
			`AWS limits the keys of such a role to ${longestOfChain} seconds. They are renewed before they expire.`,
		);
	}
	return duration;
};

const arnPattern = /^arn:[\w-]*:iam::\d*:role\/.+$/;

const checkArn = (arn: string, label: string) => {
	if (arnPattern.test(arn)) return;
	throw badInput(
		`'${label}' of the credential is not the ARN of a role: '${arn}'`,
		'It looks like arn:aws:iam::111122223333:role/name.',
	);
};

const externalIdOf = (data: Data, name: string, label: string) => {
	const externalId = text(data, name);
	if (externalId !== '' && !/^[\w+=,.@:/-]{2,1224}$/.test(externalId)) {
		throw badInput(
			`'${label}' of the credential is not one that AWS allows`,
			'It has 2 to 1224 letters, digits and any of + = , . @ : / - _, and no spaces.',
		);
	}
	return externalId || undefined;
};

const sourceIdentityOf = (data: Data) => {
	const identity = text(data, 'sourceIdentity');
	if (identity !== '' && (!/^[\w+=,.@-]{2,64}$/.test(identity) || /^aws:/i.test(identity))) {
		throw badInput(
			`'Source Identity' of the credential cannot be '${identity}'`,
			'Use 2 to 64 letters, digits and any of + = , . @ - _.',
		);
	}
	return identity || undefined;
};

/** Where a role comes from. */
interface Origin {
	/** The STS address; undefined for the default one. */
	endpoint?: string;
	sessionName: string;
	/** Whether the keys that assume it are those of a role already. */
	isChained?: boolean;
}

/**
 * Returns the role that a credential names, with the role before it in a chain of two. Throws for a missing or invalid value,
 * naming the label of its field. https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html
 */
export const roleOf = (data: Data, { endpoint, sessionName: defaultName, isChained = false }: Origin): Role => {
	const arn = requiredText(
		data,
		'roleArn',
		'Role ARN',
		"Enter the ARN of the role, which the IAM console shows at the top of the role's page.",
	);
	checkArn(arn, 'Role ARN');
	const sessionName = text(data, 'roleSessionName') || defaultName;
	if (!/^[\w+=,.@-]{2,64}$/.test(sessionName)) {
		throw badInput(
			`'Role Session Name' of the credential cannot be '${sessionName}'`,
			'Use 2 to 64 letters, digits and any of + = , . @ - _.',
		);
	}
	const externalId = externalIdOf(data, 'externalId', 'External ID');
	const secondArn = text(data, 'secondRoleArn');
	const duration = durationOf(data, isChained || secondArn !== '');
	const session = { sessionName, duration, endpoint };
	const first: Role = {
		...{ arn, externalId, ...session },
		tags: sessionTagsIn(text(data, 'sessionTags')),
		sourceIdentity: sourceIdentityOf(data),
	};
	if (secondArn === '') return first;
	checkArn(secondArn, 'Second Role ARN');
	const secondExternalId = externalIdOf(data, 'secondExternalId', 'Second External ID');
	return { arn: secondArn, externalId: secondExternalId, ...session, assumedBy: first };
};

/** Labels of the fields that say how a role is assumed, so that they need one. */
const labels: Array<[string, string]> = [
	['externalId', 'External ID'],
	['sessionTags', 'Session Tags'],
	['sourceIdentity', 'Source Identity'],
	['secondRoleArn', 'Second Role ARN'],
];

/** Throws if a credential says how a role is assumed, but names none. */
export const refuseWithoutRole = (data: Data) => {
	const [, label] = labels.find(([name]) => text(data, name) !== '') ?? [];
	if (label)
		throw badInput(
			`'${label}' of the credential is set, but 'Role ARN' is empty`,
			`Enter the role that the role of this machine assumes in 'Role ARN', or empty '${label}'.`,
		);
};
