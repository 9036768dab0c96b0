import { UserError } from 'n8n-workflow';

/** An error for input that cannot be right: what is wrong, with the parameter by its label, then what to enter. */
export const badInput = (message: string, description: string) => new UserError(message, { description });
