import { UserError } from 'n8n-workflow';
import type { NamedCredential } from '../../s3/connection';
import { badInput } from './badInput';

/** 'The credential' in a text, with its ending; not one that a name follows. */
const theCredential = /\b([Tt]he) credential(?:('s)|(?![\w']| '))/g;

/** A text about a credential that says which of the two of the node it is. */
export const namingCredential = (text: string, { side, name }: NamedCredential): string =>
	text.replace(theCredential, (_, the: string, ending?: string) =>
		ending ? `${the} ${side} credential${ending}` : `${the} ${side} credential ('${name}')`,
	);

/** Calls a function. What is wrong with the input then says which of the two credentials of the node it is about. */
export const aboutCredential = <T>(credential: NamedCredential, call: () => T): T => {
	try {
		return call();
	} catch (error) {
		const named = (text: string) => namingCredential(text, credential);
		throw error instanceof UserError ? badInput(named(error.message), named(error.description ?? '')) : error;
	}
};
