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
				`'Pattern' in 'Replace in Keys' is not supported: '${pattern}'`,
				`Check brackets and backslashes. Look-aheads and back references are not supported. Reason: ${error.message}.`,
			)
		: error;

const replacementOf = ({ pattern = '', text = '' }: { pattern?: string; text?: string }) => {
	if (pattern === '')
		throw badInput("'Pattern' in 'Replace in Keys' is empty", 'Enter a regular expression, or remove the replacement.');
	try {
		return linearReplacement(pattern, text);
	} catch (error) {
		throw explained(error, pattern);
	}
};

/** The key mapping of the options; undefined if keys stay the same. Throws for an invalid mapping. */
export const keyMapping = ({ stripPrefix, replaceInKeys = [], lowerCase, flatten, prepend }: Mapping) => {
	if (flatten?.includes('/'))
		throw badInput(
			"'Flatten Folders' contains a slash, which would keep folders",
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
