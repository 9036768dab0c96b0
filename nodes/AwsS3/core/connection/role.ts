import type { Role } from '../../s3/connection';
import { badInput } from '../errors/badInput';
import type { Data } from './credentialData';
import { requiredText, text } from './credentialData';

const defaultDuration = 3600;

const durationOf = ({ roleDuration }: Data) => {
	const duration = typeof roleDuration === 'number' ? roleDuration : defaultDuration;
	if (!Number.isInteger(duration) || duration < 900 || duration > 43_200) {
		throw badInput(
			`'Role Duration' of the connection cannot be ${duration}`,
			'Enter 900 to 43200 seconds, and not more than the role allows.',
		);
	}
	return duration;
};

/**
 * Returns the role that a credential names, to be assumed at an STS address or at the default one. Throws for a missing or
 * invalid value, naming the label of its field. https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html
 */
export const roleOf = (data: Data, endpoint: string | undefined, defaultSessionName: string): Role => {
	const arn = requiredText(
		data,
		'roleArn',
		'Role ARN',
		"Enter the ARN of the role, which the IAM console shows at the top of the role's page.",
	);
	if (!/^arn:[\w-]*:iam::\d*:role\/.+$/.test(arn)) {
		throw badInput(
			`'Role ARN' of the connection is not the ARN of a role: '${arn}'`,
			'It looks like arn:aws:iam::111122223333:role/name.',
		);
	}
	const sessionName = text(data, 'roleSessionName') || defaultSessionName;
	if (!/^[\w+=,.@-]{2,64}$/.test(sessionName)) {
		throw badInput(
			`'Role Session Name' of the connection cannot be '${sessionName}'`,
			'Use 2 to 64 letters, digits and any of + = , . @ - _.',
		);
	}
	const externalId = text(data, 'externalId');
	if (externalId !== '' && !/^[\w+=,.@:/-]{2,1224}$/.test(externalId)) {
		throw badInput(
			"'External ID' of the connection is not one that AWS allows",
			'It has 2 to 1224 letters, digits and any of + = , . @ : / - _, and no spaces.',
		);
	}
	return { arn, externalId: externalId || undefined, sessionName, duration: durationOf(data), endpoint };
};
