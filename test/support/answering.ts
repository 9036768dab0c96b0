import type { S3 } from '../../nodes/AwsS3/s3/client/client';

/** The input of a command, by the names of the S3 API. */
type Input = Record<string, unknown>;

/** What the server says to each operation, by its name, such as `GetObjectAcl`. It refuses a request by throwing. */
type Answers = Record<string, (input: Input) => object>;

/** An S3 that answers some operations, remembers what it was asked, and fails for all other operations. */
export const answering = (answers: Answers, more: object = {}) => {
	const sent: Array<{ operation: string; input: Input }> = [];
	const send = async ({ constructor: { name }, input }: { constructor: { name: string }; input: Input }) => {
		const operation = name.replace(/Command$/, '');
		sent.push({ operation, input });
		const answer = answers[operation];
		if (!answer) throw new Error(`It sent ${operation}`);
		return await Promise.resolve(answer(input));
	};
	const connection = { region: 'us-east-1', endpoint: 'http://unused.invalid' };
	return {
		s3: { connection, capabilities: {}, send, ...more } as unknown as S3,
		/** The operations that it was asked for, in order, as words. */
		operations: () => sent.map(({ operation }) => operation).join(' '),
		/** The inputs of all requests for an operation, without what is undefined. */
		inputsOf: (wanted: string) =>
			sent
				.filter(({ operation }) => operation === wanted)
				.map(({ input }) => Object.fromEntries(Object.entries(input).filter(([, value]) => value !== undefined))),
	};
};
