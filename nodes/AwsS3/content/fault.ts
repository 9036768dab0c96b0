/** Content that is not what it should be. The words are for users. */
export class ContentFault extends Error {
	constructor(
		message: string,
		/** What to do about it. */
		readonly advice: string,
	) {
		super(message);
	}
}
