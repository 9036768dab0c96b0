// The only file of the package that reads environment variables. ESLint forbids it everywhere else.
import { env } from 'node:process';

/**
 * The switch with which the administrator of n8n lets credentials use the identity of the machine.
 * https://docs.n8n.io/hosting/configuration/environment-variables/security/
 */
export const machineSwitch = 'N8N_AWS_SYSTEM_CREDENTIALS_ACCESS_ENABLED';

/** Whether the administrator of n8n has set the switch, in one of the forms that n8n accepts. */
export const isMachineAllowed = () => ['true', '1'].includes((env[machineSwitch] ?? '').trim().toLowerCase());

/** Variables that say where the machine has its identity. Those that are not set, or empty, are missing. */
export type MachineEnvironment = Partial<Record<string, string>>;

/** Reads variables that say where the machine has its identity. Throws unless the administrator has set the switch. */
export const machineEnvironment = (names: readonly string[]): MachineEnvironment => {
	if (!isMachineAllowed()) throw new Error(`${machineSwitch} is not set`);
	const values = names.map((name): [string, string] => [name, env[name]?.trim() ?? '']);
	return Object.fromEntries(values.filter(([, value]) => value !== ''));
};
