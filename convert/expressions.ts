import { refusal } from './refusal';

/** Values of parameters: plain text, or an expression, which begins with `=` and has JavaScript in `{{ }}`. */

export const isExpression = (value: unknown): boolean => typeof value === 'string' && value.startsWith('=');

const code = /\{\{(.*?)\}\}/s;

const isSimple = (javaScript: string) => /^[\w$.()[\]'" -]+$/.test(javaScript);

/** Returns a value as JavaScript, to be part of another expression. */
export const asJavaScript = (value: string): string => {
	if (!isExpression(value)) return JSON.stringify(value);
	// Every second piece is JavaScript.
	const pieces = value.slice(1).split(new RegExp(code, 'gs'));
	const parts = pieces.flatMap((piece, index) => {
		const isCode = index % 2 === 1;
		if (isCode) return isSimple(piece.trim()) ? [piece.trim()] : [`(${piece.trim()})`];
		if (piece.includes('{{')) throw refusal('An expression has no end', "Add the missing '}}'.");
		return piece === '' ? [] : [JSON.stringify(piece)];
	});
	if (parts.length === 0) return '""';
	return parts.length === 1 ? parts.join() : `[${parts.join(', ')}].join("")`;
};

/** Returns an expression of JavaScript. */
export const expression = (javaScript: string): string => `={{ ${javaScript} }}`;

/** Returns one value of several in a row. */
export const joined = (...values: string[]): string => {
	if (!values.some(isExpression)) return values.join('');
	const texts = values.map((value) => {
		if (isExpression(value)) return value.slice(1);
		if (value.includes('{{')) throw refusal(`'${value}' has braces`, 'Convert the node by hand.');
		return value;
	});
	return `=${texts.join('')}`;
};

/** Returns a name in a folder. As in n8n's nodes, an empty folder adds no slash. */
export const inFolder = (folder: string, name: string): string => {
	if (folder === '') return name;
	// The expression may give nothing.
	if (isExpression(folder))
		return expression(`[${asJavaScript(folder)}, ${asJavaScript(name)}].filter(Boolean).join("/")`);
	return joined(folder, '/', name);
};

const plainPath = /^\/?([^/]+)\/(.+)$/s;
/** An expression that begins with a bucket: as text, or as one piece of JavaScript. */
const pathOfExpression = /^\/((?:[^/{}]+)|(?:\{\{[^{}]*\}\}))\/(.+)$/s;

/** Splits `/bucket/key`. */
export const splitPath = (path: string, label: string): { bucket: string; key: string } => {
	if (!isExpression(path)) {
		const [, bucket, key] = plainPath.exec(path) ?? [];
		if (bucket && key) return { bucket, key };
		throw refusal(`'${label}' is not a path such as /bucket/key: '${path}'`, 'Correct it first.');
	}
	const [, bucket, key] = pathOfExpression.exec(path.slice(1)) ?? [];
	if (bucket && key)
		return {
			bucket: bucket.includes('{{') ? `=${bucket}` : bucket,
			key: key.includes('{{') ? `=${key}` : key,
		};
	const segments = `String(${asJavaScript(path)}).replace(/^\\//, "").split("/")`;
	return { bucket: expression(`${segments}[0]`), key: expression(`${segments}.slice(1).join("/")`) };
};
