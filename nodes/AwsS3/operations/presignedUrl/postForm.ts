/** An address and the fields that have to be sent to it with a file, which comes last. */
interface Form {
	url: string;
	fields: Record<string, string>;
}

const quoted = (text: string) => `'${text.replaceAll("'", "'\\''")}'`;

/** A line for a shell that sends a file through a form. */
export const curlOf = ({ url, fields }: Form) =>
	[
		'curl',
		...Object.entries(fields).map(([name, value]) => `--form-string ${quoted(`${name}=${value}`)}`),
		"-F 'file=@FILE'",
		quoted(url),
	].join(' ');

const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

const escaped = (text: string) => text.replace(/[&<>"]/g, (character) => entities[character] ?? '');

/** A form for a web page; where only some types are taken, it sends the type of the file that is chosen. */
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
