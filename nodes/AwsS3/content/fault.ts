/** An error for invalid content, with texts for users. */
export class ContentFault extends Error {
	constructor(
		message: string,
		/** What to do about it. */
		readonly advice: string,
	) {
		super(message);
	}
}
