import { badInput } from '../../../core/errors/badInput';
import { linearReplacement, PatternFault } from '../../../core/filters/linearPattern';
import type { KeyMap } from '../../../s3/sources/keyMap';
import { keyMapOf } from '../../../s3/sources/keyMap';

/** The options that map keys. */
interface Mapping {
	stripPrefix?: string;
	replaceInKeys?: Array<{ pattern?: string; text?: string }>;
	lowerCase?: boolean;
	flatten?: string;
	prepend?: string;
}

const explained = (error: unknown, pattern: string): unknown =>
	error instanceof PatternFault
		? badInput(
				`'Pattern' of 'Replace in Keys' cannot be used: '${pattern}'`,
				`Check brackets and backslashes; look-aheads and back references do not work. The reason: ${error.message}.`,
			)
		: error;

const replacementOf = ({ pattern = '', text = '' }: { pattern?: string; text?: string }) => {
	if (pattern === '')
		throw badInput(
			"'Pattern' of 'Replace in Keys' is empty",
			'Enter a regular expression, or take the replacement out.',
		);
	try {
		return linearReplacement(pattern, text);
	} catch (error) {
		throw explained(error, pattern);
	}
};

/** The map of the options; undefined if keys stay. Throws for what cannot be applied. */
export const keyMapping = ({ stripPrefix, replaceInKeys = [], lowerCase, flatten, prepend }: Mapping) => {
	if (flatten?.includes('/'))
		throw badInput(
			"'Flatten Folders' has a slash in it, so folders would stay",
			'Enter another text, such as a hyphen.',
		);
	const replacements = replaceInKeys.map(replacementOf);
	const replace = (key: string) => replacements.reduce((text, one) => one(text), key);
	const map: KeyMap | undefined = keyMapOf({
		stripPrefix,
		...(replacements.length > 0 && { replace }),
		isLowerCase: lowerCase,
		flattenWith: flatten,
		prepend,
	});
	return map;
};
