import type { Failure } from './failureToExplain';

const says = ({ words }: Failure) => (words ? ` The answer: ${words}` : '');

const webIdentityRefused = (advice: string) => ({
	message: () => 'AWS does not exchange the token of this machine for a role',
	description: (failure: Failure) => `${advice}${says(failure)}`,
});

/** Explanations for the role of the machine, by code. The administrator of n8n can act on them. */
export const machineRole = {
	'MachineRole.InstanceMissing': {
		message: () => 'This machine has no role',
		description: (failure: Failure) =>
			`Neither a web identity token (EKS) nor a container address (ECS, EKS Pod Identity) is in the environment of n8n, and the instance metadata of EC2 does not answer. Give the service account, task or instance a role. If n8n runs in a container on EC2, set the hop limit of the instance's metadata to 2.${says(failure)}`,
	},
	'MachineRole.InstanceWithoutRole': {
		message: () => 'The EC2 instance that n8n runs on has no role',
		description: () =>
			"Attach an IAM role to the instance, with 'Actions → Security → Modify IAM role' in the EC2 console.",
	},
	'MachineRole.Instance': {
		message: () => 'The instance metadata of this machine gave no keys',
		description: (failure: Failure) =>
			`Check the role of the EC2 instance, and that version 2 of its metadata is switched on.${says(failure)}`,
	},
	'MachineRole.Container': {
		message: () => 'The container that n8n runs in gets no keys of its role',
		description: (failure: Failure) =>
			`Check the role of the ECS task, or the Pod Identity association of the EKS service account. ECS and EKS set the variables that n8n needs for it.${says(failure)}`,
	},
	'MachineRole.TokenFile': {
		message: () => 'The web identity token of this machine cannot be read',
		description: (failure: Failure) =>
			`Check that n8n may read the file that AWS_WEB_IDENTITY_TOKEN_FILE names, which EKS mounts for the service account.${says(failure)}`,
	},
	AssumeRoleWithWebIdentity: webIdentityRefused(
		'Check the annotation of the service account with the ARN of its role, and the trust policy of that role.',
	),
	'AssumeRoleWithWebIdentity.AccessDenied': webIdentityRefused(
		"The role's trust policy has to allow sts:AssumeRoleWithWebIdentity to the cluster's identity provider, with the service account of n8n in its condition.",
	),
	'AssumeRoleWithWebIdentity.InvalidIdentityToken': webIdentityRefused(
		"Check that the cluster's identity provider exists in IAM, with the audience sts.amazonaws.com.",
	),
	'AssumeRoleWithWebIdentity.ExpiredTokenException': webIdentityRefused(
		'The token in the file has expired. Kubernetes has to renew it; check the volume of the service account.',
	),
	'AssumeRoleWithWebIdentity.IDPCommunicationError': webIdentityRefused(
		"AWS cannot reach the cluster's identity provider. Try again; if that does not help, check that its address is public.",
	),
};
