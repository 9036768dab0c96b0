import { UserError } from 'n8n-workflow';

/**
 * Creates the error for invalid input: a message that names the parameter's label, and a description of what to enter.
 */
export const badInput = (message: string, description: string) => new UserError(message, { description });
