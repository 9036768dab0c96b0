import { badInput } from '../errors/badInput';

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/id_session-tags.html */
const characters = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u;
const maxTags = 50;

/**
 * Reads session tags from text such as `Project=Backups, Team=Finance`. A tag of AWS has no comma and no line break. Throws for
 * text that is not a list of tags.
 */
export const sessionTagsIn = (text: string) => {
	const refuse = (what: string) =>
		badInput(
			`'Session Tags' of the credential ${what}`,
			'Enter names and values such as Project=Backups, Team=Finance. They may have letters, digits, spaces and any of _ . : / = + - @.',
		);
	const tags = text
		.split(/[,\n]/)
		.map((pair) => pair.trim())
		.filter((pair) => pair !== '')
		.map((pair) => {
			const [name = '', ...value] = pair.split('=');
			if (value.length === 0) throw refuse(`has no '=' in '${pair}'`);
			return { Key: name.trim(), Value: value.join('=').trim() };
		});
	for (const { Key, Value } of tags) {
		if (Key === '' || Key.length > 128 || Value.length > 256 || !characters.test(Key) || !characters.test(Value))
			throw refuse(`has a name or value that AWS does not allow: '${Key}=${Value}'`);
		if (/^aws:/i.test(Key)) throw refuse(`has a name that AWS keeps for itself: '${Key}'`);
	}
	// AWS compares names without regard to case.
	const names = new Set(tags.map(({ Key }) => Key.toLowerCase()));
	if (names.size < tags.length) throw refuse('has the same name twice');
	if (tags.length > maxTags) throw refuse(`has ${tags.length} tags, more than the ${maxTags} that AWS allows`);
	return tags.length > 0 ? tags : undefined;
};
