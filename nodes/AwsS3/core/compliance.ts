import { badInput } from './errors';
import { field } from './operation';

/** What has to be typed so that nobody locks data for years by choosing from a list. */
const word = 'COMPLIANCE';

export const complianceConfirmation = field({
	displayName: 'Confirm Compliance Mode',
	name: 'confirmCompliance',
	type: 'string',
	default: '',
	placeholder: `e.g. ${word}`,
	description: `Type ${word}: until the date nobody can delete what is locked or shorten the lock, not even the root user or AWS`,
});

/** Throws unless compliance mode, where it is chosen, was confirmed. */
export const checkCompliance = (mode: unknown, confirmation = '') => {
	if (mode !== 'COMPLIANCE' || confirmation.trim() === word) return;
	throw badInput(
		"'Confirm Compliance Mode' is missing",
		`Compliance mode cannot be undone: until the date nobody can delete the data, and it has to be paid for. Type ${word} in 'Confirm Compliance Mode' if that is meant, or choose governance mode.`,
	);
};
