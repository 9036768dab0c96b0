/** A presigned POST: its URL, and the fields to send before the file. */
interface Form {
	url: string;
	fields: Record<string, string>;
}

const quoted = (text: string) => `'${text.replaceAll("'", "'\\''")}'`;

/** Returns a curl command for a POSIX shell that uploads FILE through the form. */
export const curlOf = ({ url, fields }: Form) =>
	[
		'curl',
		...Object.entries(fields).map(([name, value]) => `--form-string ${quoted(`${name}=${value}`)}`),
		"-F 'file=@FILE'",
		quoted(url),
	].join(' ');

const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

const escaped = (text: string) => text.replace(/[&<>"]/g, (character) => entities[character] ?? '');

/**
 * Returns an HTML form. With `sendsType`, it also sends the content type of the selected file, for policies that check
 * it.
 */
export const htmlOf = ({ url, fields }: Form, sendsType: boolean) =>
	[
		`<form action="${escaped(url)}" method="post" enctype="multipart/form-data">`,
		...Object.entries(fields).map(
			([name, value]) => `  <input type="hidden" name="${escaped(name)}" value="${escaped(value)}">`,
		),
		...(sendsType
			? [
					'  <input type="hidden" name="Content-Type">',
					`  <input type="file" name="file" onchange="this.form['Content-Type'].value = this.files[0].type">`,
				]
			: ['  <input type="file" name="file">']),
		'  <button type="submit">Upload</button>',
		'</form>',
	].join('\n');
