import type { Report } from '../../../content/report/report';
import type { DestinationFacts, Question } from '../../../s3/analysis/destinationFacts';
import { allQuestions, destinationFacts } from '../../../s3/analysis/destinationFacts';
import { destinationRemarks, platformRemarks } from '../../../s3/analysis/destinationRemarks';
import type { Tally } from '../../../s3/sync/tally';
import type { Transfer } from '../../../s3/sync/transfer';

/** What a run or plan found out about the destination, and the remarks that follow from it. */
interface DestinationLook {
	facts: DestinationFacts;
	/** The part in the output. */
	output: object;
	hints: string[];
	notes: Report['notes'];
}

const names: Record<Question, string> = {
	exists: 'existence of the bucket',
	mayWrite: 'write access',
	versioning: 'versioning',
	objectLock: 'Object Lock',
	acls: 'access control lists',
	encryption: 'default encryption',
};

const isQuestion = (name: string): name is Question => allQuestions.some((question) => question === name);

const unknownOf = ({ unknown }: DestinationFacts) =>
	Object.entries(unknown).flatMap(([name, why]) => (isQuestion(name) ? [`Unknown: ${names[name]} (${why}).`] : []));

/** What a run checks only for a hint: a mirror may lose data permanently. */
export const questionsOfRun = ({ rules, backupPrefix }: Transfer): Question[] =>
	rules.mode === 'mirror' && !rules.isAppendOnly && backupPrefix === undefined ? ['versioning'] : [];

/**
 * Starts to examine the destination. Returns a function that gives the remarks once the results are known, or
 * undefined without questions.
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
			notes: [{ title: 'Destination', lines: [...lines, ...unknownOf(facts)] }].filter((note) => note.lines.length > 0),
		};
	};
};

export type AskedDestination = NonNullable<ReturnType<typeof lookAtDestination>>;
