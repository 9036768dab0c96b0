import { execFileSync } from 'node:child_process';
import { curlOf, htmlOf } from '../../nodes/AwsS3/operations/presignedUrl/postForm';

const form = {
	url: "https://b.example/?a=1&b='2'",
	fields: { key: `it's "$HOME" & <\${filename}>`, policy: 'a=b==', 'Cache-Control': 'no' },
};

test('a shell gives curl the fields as they are, the file last', () => {
	const script = `curl() { printf '%s\\n' "$@"; }; ${curlOf(form)}`;
	expect(execFileSync('sh', ['-c', script], { encoding: 'utf8' }).trim().split('\n')).toEqual([
		'--form-string',
		`key=${form.fields.key}`,
		'--form-string',
		'policy=a=b==',
		'--form-string',
		'Cache-Control=no',
		'-F',
		'file=@FILE',
		form.url,
	]);
});

const read = (text = '') =>
	text.replaceAll('&quot;', '"').replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');

/** The attributes of the elements of a page, each as it was before it was escaped. */
const elements = (html: string) =>
	[...html.matchAll(/<(\w+)((?: [\w-]+="[^"]*")*)>/g)].map(([, name, attributes = '']) => ({
		name,
		...Object.fromEntries(
			[...attributes.matchAll(/ ([\w-]+)="([^"]*)"/g)].map(([, key = '', value]) => [`@${key}`, read(value)]),
		),
	}));

test('a page sends the fields as they are, the file last', () => {
	const html = htmlOf(form, false);
	expect(elements(html)).toEqual([
		{ name: 'form', '@action': form.url, '@method': 'post', '@enctype': 'multipart/form-data' },
		...Object.entries(form.fields).map(([name, value]) => ({
			...{ name: 'input', '@type': 'hidden', '@name': name, '@value': value },
		})),
		{ name: 'input', '@type': 'file', '@name': 'file' },
		{ name: 'button', '@type': 'submit' },
	]);
	expect(html).toMatch(/>Upload<\/button>\n<\/form>$/);
	expect(html).not.toContain('<${filename}>');
});

test('a page sends the type of the file where it is asked for', () => {
	const found = elements(htmlOf(form, true)).slice(-3);
	expect(found).toEqual([
		{ name: 'input', '@type': 'hidden', '@name': 'Content-Type' },
		{
			...{ name: 'input', '@type': 'file', '@name': 'file' },
			'@onchange': "this.form['Content-Type'].value = this.files[0].type",
		},
		{ name: 'button', '@type': 'submit' },
	]);
});
