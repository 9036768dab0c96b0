import { isAws } from '../../s3/capabilities';
import type { Connection, Machine } from '../../s3/connection';
import { isMachineAllowed, machineSwitch } from '../../s3/identity/environment';
import { hostSuffixPattern } from '../../s3/partition';
import { badInput } from '../errors/badInput';
import { checkAwsRegion, checkedUrl } from './credentialData';

/** Returns the machine as the source of keys. Throws unless the administrator of n8n has set the switch for that. */
export const machineOf = (takesKeys: boolean): Machine => {
	if (!isMachineAllowed())
		throw badInput(
			'This n8n does not let credentials use the role of its machine',
			`The administrator of n8n can allow it with the environment variable ${machineSwitch}=true. Otherwise enter an access key in the credential.`,
		);
	return { takesKeys };
};

/** Hosts of STS, also through VPC endpoints. https://docs.aws.amazon.com/general/latest/gr/sts.html */
const stsHosts = new RegExp(`(^|\\.)sts(-fips)?\\.([a-z0-9-]+\\.)?(vpce\\.)?${hostSuffixPattern}$`);

/** Hosts of SQS, also through VPC endpoints. https://docs.aws.amazon.com/general/latest/gr/sqs-service.html */
const sqsHosts = new RegExp(`(^|\\.)sqs(-fips)?\\.([a-z0-9-]+\\.)?(vpce\\.)?${hostSuffixPattern}$`);

const isTls = (url: string) => URL.canParse(url) && new URL(url).protocol === 'https:';

const advice =
	'Requests with the role of this machine carry its session token, so they go to AWS only, and encrypted. Leave the field empty, or use an access key for other services.';

const isSqs = (url: string) => isTls(url) && sqsHosts.test(new URL(url).hostname);

/**
 * Throws if keys of the machine would go anywhere except AWS: otherwise a user who may edit a credential could send the
 * session token of the machine to another server.
 */
export const refuseElsewhere = ({ machine, endpoint, role, region, ignoreSslIssues, labels }: Connection) => {
	if (!machine) return;
	const label = (ours: string) => labels?.get(ours) ?? ours;
	if (endpoint !== undefined && !(isTls(endpoint) && isAws({ endpoint })))
		throw badInput(`${label("'Service URL'")} of the credential is not an https:// address of Amazon S3`, advice);
	if (role?.endpoint !== undefined && !(isTls(role.endpoint) && stsHosts.test(new URL(role.endpoint).hostname)))
		throw badInput("'STS Endpoint' of the credential is not an https:// address of AWS STS", advice);
	checkAwsRegion(region);
	if (ignoreSslIssues)
		throw badInput(
			"'Ignore SSL Issues (Insecure)' of the credential does not work with the role of this machine",
			'Switch it off: the certificates of AWS are valid.',
		);
};

/** A connection for requests to SQS. Throws if its address of SQS cannot be used, which nothing else needs. */
export const withQueues = (connection: Connection): Connection => {
	const sqsEndpoint = checkedUrl(connection.sqsEndpoint ?? '', 'SQS Endpoint');
	const isAllowed = !connection.machine || sqsEndpoint === undefined || isSqs(sqsEndpoint);
	if (!isAllowed) throw badInput("'SQS Endpoint' of the credential is not an https:// address of AWS SQS", advice);
	return { ...connection, sqsEndpoint };
};
