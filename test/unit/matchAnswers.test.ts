import { matchAnswers } from '../../nodes/AwsS3/s3/delete/matchAnswers';

/** `a:1` is version 1 of `a`. */
const asked = (text: string) =>
	text.split(' ').map((word) => {
		const [key = '', versionId] = word.split(':');
		return { key, versionId };
	});

const answer = (deleted: string, refused = '') => {
	const entries = (text: string) =>
		asked(text)
			.filter(({ key }) => key !== '')
			.map(({ key: Key, versionId: VersionId }) => ({ Key, VersionId }));
	return { Deleted: entries(deleted), Errors: entries(refused).map((entry) => ({ ...entry, Code: 'AccessDenied' })) };
};

test.each([
	['each by its version', 'a:1 a:2 b:1', answer('b:1 a:1', 'a:2'), 'deleted refused deleted'],
	['without versions', 'a b', answer('b', 'a'), 'refused deleted'],
	['one key twice', 'a:1 a:1', answer('a:1'), 'deleted deleted'],
	['silence', 'a:1 b:1', answer('b:1'), '? deleted'],
	['answers without version IDs', 'a:1 a:2 b:1', answer('a a b'), 'deleted deleted deleted'],
	['refusals without version IDs', 'a:1 a:2', answer('', 'a a'), 'refused refused'],
	['fewer answers without version IDs than versions', 'a:1 a:2', answer('a'), '? ?'],
	['different answers without version IDs', 'a:1 a:2', answer('a', 'a'), '? ?'],
	['the rest without a version ID', 'a:1 a:2', answer('a a:2'), 'deleted deleted'],
	['a version ID that nobody asked for', 'a', answer('a:9'), 'deleted'],
	['another version than the one asked for', 'a:1', answer('a:9'), '?'],
	['a key that nobody asked for', 'a', answer('b'), '?'],
	['nothing at all', 'a', {}, '?'],
])('%s', (_, entries, output, expected) => {
	const said = matchAnswers(asked(entries), output).map(({ deleted, refused }) => {
		if (refused) return 'refused';
		return deleted ? 'deleted' : '?';
	});
	expect(said.join(' ')).toBe(expected);
});
