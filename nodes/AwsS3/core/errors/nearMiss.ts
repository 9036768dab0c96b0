/** What a key that does not exist was probably meant to be; undefined where nothing suggests itself. */
export const nearKey = (key = ''): string | undefined => {
	if (key.startsWith('/')) return `'${key}' starts with a slash, which is rare. Try '${key.replace(/^\/+/, '')}'.`;
	if (key.endsWith('/'))
		return `'${key}' is a folder. Choose an object in it, or use an operation of the resource 'Folder'.`;
	return undefined;
};

/** The same for a bucket. */
export const nearBucket = (bucket = ''): string | undefined =>
	/[A-Z]/.test(bucket) ? `Bucket names have no capitals. Try '${bucket.toLowerCase()}'.` : undefined;
