/** A node that cannot be converted: what stands in the way, and what to do. */
export interface Refusal extends Error {
	advice: string;
}

/** Returns the error that leaves a node as it is. */
export const refusal = (reason: string, advice: string): Refusal => Object.assign(new Error(reason), { advice });

export const isRefusal = (error: unknown): error is Refusal =>
	error instanceof Error && 'advice' in error && typeof error.advice === 'string';
