/** Status and headers of the answer behind an error of the SDK; nothing of them where no answer came. */
export const responseOf = (error: unknown): { status?: number; headers: Record<string, string | undefined> } => {
	const response = isRecord(error) && isRecord(error.$response) ? error.$response : {};
	const headers = isRecord(response.headers) ? response.headers : {};
	const metadata = isRecord(error) && isRecord(error.$metadata) ? error.$metadata : {};
	const status = response.statusCode ?? metadata.httpStatusCode;
	return {
		status: typeof status === 'number' ? status : undefined,
		headers: Object.fromEntries(
			Object.entries(headers).map(([name, value]) => [
				name.toLowerCase(),
				typeof value === 'string' ? value : undefined,
			]),
		),
	};
};

/** How often the SDK has sent the request behind an error. */
export const attemptsOf = (error: unknown): number => {
	const metadata = isRecord(error) && isRecord(error.$metadata) ? error.$metadata : {};
	return typeof metadata.attempts === 'number' ? metadata.attempts : 1;
};

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;
