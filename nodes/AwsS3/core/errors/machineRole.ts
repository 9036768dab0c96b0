import type { Failure } from './failureToExplain';

const says = ({ words }: Failure) => (words ? ` The answer: ${words}` : '');

const webIdentityRefused = (advice: string) => ({
	message: () => 'AWS rejected the token of this machine for its role',
	description: (failure: Failure) => `${advice}${says(failure)}`,
});

/** Explanations for the role of the machine, by code. The administrator of n8n can act on them. */
export const machineRole = {
	'MachineRole.InstanceMissing': {
		message: () => 'This machine has no role',
		description: (failure: Failure) =>
			`n8n's environment has neither a web identity token (EKS) nor a container address (ECS, EKS Pod Identity), and the EC2 instance metadata does not respond. Assign a role to the service account, task or instance. If n8n runs in a container on EC2, set the hop limit of the instance metadata to 2.${says(failure)}`,
	},
	'MachineRole.InstanceWithoutRole': {
		message: () => 'The EC2 instance that n8n runs on has no role',
		description: () =>
			"Attach an IAM role to the instance, with 'Actions → Security → Modify IAM role' in the EC2 console.",
	},
	'MachineRole.Instance': {
		message: () => 'The instance metadata of this machine returned no keys',
		description: (failure: Failure) =>
			`Check the role of the EC2 instance, and that IMDSv2 is enabled.${says(failure)}`,
	},
	'MachineRole.Container': {
		message: () => 'The container that n8n runs in has no keys for its role',
		description: (failure: Failure) =>
			`Check the role of the ECS task, or the Pod Identity association of the EKS service account. ECS and EKS set the environment variables for n8n.${says(failure)}`,
	},
	'MachineRole.TokenFile': {
		message: () => 'Cannot read the web identity token of this machine',
		description: (failure: Failure) =>
			`Check that n8n can read the file in AWS_WEB_IDENTITY_TOKEN_FILE, which EKS mounts for the service account.${says(failure)}`,
	},
	AssumeRoleWithWebIdentity: webIdentityRefused(
		'Check the role ARN in the annotation of the service account, and the trust policy of that role.',
	),
	'AssumeRoleWithWebIdentity.AccessDenied': webIdentityRefused(
		"The role's trust policy must allow sts:AssumeRoleWithWebIdentity for the cluster's identity provider, with n8n's service account in its condition.",
	),
	'AssumeRoleWithWebIdentity.InvalidIdentityToken': webIdentityRefused(
		"Check that the cluster's identity provider exists in IAM, with the audience sts.amazonaws.com.",
	),
	'AssumeRoleWithWebIdentity.ExpiredTokenException': webIdentityRefused(
		"The token file has expired. Kubernetes renews it: check the service account's volume.",
	),
	'AssumeRoleWithWebIdentity.IDPCommunicationError': webIdentityRefused(
		"AWS cannot reach the cluster's identity provider. Try again, and check that its address is public.",
	),
};
