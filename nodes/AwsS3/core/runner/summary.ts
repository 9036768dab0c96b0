import { codeOf } from '../../s3/failure';
/** What became of one of many keys. */
export interface Outcome {
	key: string;
	/** Why it was not done, with S3's code as its name. */
	refusal?: Error;
}

/** Enough to see what goes wrong; the number says how many there are. */
const refusalsShown = 10;

/**
 * Counts outcomes: `done`, and where there are any, `failed` with the first `errors`. Throws the first refusal if nothing
 * was done at all.
 */
export const tally = async (outcomes: AsyncIterable<Outcome>) => {
	let done = 0;
	let failed = 0;
	let first: Error | undefined;
	const errors: Array<{ key: string; code: string; message: string }> = [];
	for await (const { key, refusal } of outcomes) {
		if (!refusal) {
			done++;
			continue;
		}
		first ??= refusal;
		failed++;
		if (errors.length < refusalsShown)
			errors.push({ key, code: codeOf(refusal) ?? 'Unknown', message: refusal.message });
	}
	if (first && done === 0) throw first;
	return { done, failures: failed > 0 ? { failed, errors } : {} };
};
