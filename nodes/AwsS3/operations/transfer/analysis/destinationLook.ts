import type { Report } from '../../../content/report/report';
import type { DestinationFacts, Question } from '../../../s3/analysis/destinationFacts';
import { allQuestions, destinationFacts } from '../../../s3/analysis/destinationFacts';
import { destinationRemarks, platformRemarks } from '../../../s3/analysis/destinationRemarks';
import type { Tally } from '../../../s3/sync/tally';
import type { Transfer } from '../../../s3/sync/transfer';

/** What was asked of the destination while a run or a plan went on, and what it means for what was done. */
export interface DestinationLook {
	facts: DestinationFacts;
	/** What the output has of it. */
	output: object;
	hints: string[];
	notes: Report['notes'];
}

const names: Record<Question, string> = {
	exists: 'whether the bucket exists',
	mayWrite: 'whether it may be written to',
	versioning: 'versioning',
	objectLock: 'Object Lock',
	acls: 'access control lists',
	encryption: 'default encryption',
};

const isQuestion = (name: string): name is Question => allQuestions.some((question) => question === name);

const unknownOf = ({ unknown }: DestinationFacts) =>
	Object.entries(unknown).flatMap(([name, why]) => (isQuestion(name) ? [`Not known: ${names[name]} (${why}).`] : []));

/** What a run asks for only to give a hint: a mirror may lose something for good. */
export const questionsOfRun = ({ rules, backupPrefix }: Transfer): Question[] =>
	rules.mode === 'mirror' && !rules.isAppendOnly && backupPrefix === undefined ? ['versioning'] : [];

/**
 * Begins to ask what the destination is like, and returns what is to be said of it once it is known what was done. Asks nothing, and
 * returns undefined, without questions.
 */
export const lookAtDestination = ({ to, rules, backupPrefix }: Transfer, questions: readonly Question[]) => {
	if (questions.length === 0) return undefined;
	const asked = destinationFacts(to.s3, to, questions);
	return async ({ overwritten, deleted }: Pick<Tally, 'overwritten' | 'deleted'>): Promise<DestinationLook> => {
		const facts = await asked;
		const replaces = overwritten + deleted > 0;
		const remarks = destinationRemarks(facts, {
			bucket: to.bucket,
			replaces,
			deletes: replaces && rules.mode === 'mirror',
			hasBackup: backupPrefix !== undefined,
			comparesByEtag: rules.compare === 'etag',
		});
		const lines = [...remarks.map(({ text }) => text), ...platformRemarks(to.s3.connection)];
		const { unknown, ...known } = facts;
		return {
			facts,
			output: { ...known, ...(Object.keys(unknown).length > 0 && { unknown }), remarks: lines },
			hints: remarks.filter(({ isHint }) => isHint).map(({ text }) => text),
			notes: [{ title: 'The destination', lines: [...lines, ...unknownOf(facts)] }].filter(
				(note) => note.lines.length > 0,
			),
		};
	};
};

export type AskedDestination = NonNullable<ReturnType<typeof lookAtDestination>>;
