import { buffer } from 'node:stream/consumers';
import { ZipFile } from 'yazl';

const symbolicLink = 0o120777;

/** Makes a hostile archive: names are not checked, and some files are links. */
export const zipOf = async (files: Record<string, string | Buffer>, { links = [] }: { links?: string[] } = {}) => {
	const zip = new ZipFile();
	const stand: Array<[string, string]> = [];
	for (const [index, [name, content]] of Object.entries(files).entries()) {
		// The library refuses such names, so one of the same length takes their place until the bytes are there.
		const harmless = String(index).padStart(Buffer.byteLength(name), '_');
		stand.push([harmless, name]);
		zip.addBuffer(Buffer.from(content), harmless, { mode: links.includes(name) ? symbolicLink : 0o100644 });
	}
	zip.end();
	const bytes = await buffer(zip.outputStream as AsyncIterable<Buffer> & NodeJS.ReadableStream);
	for (const [harmless, name] of stand) {
		for (let at = bytes.indexOf(harmless); at >= 0; at = bytes.indexOf(harmless, at + 1)) bytes.write(name, at);
	}
	return bytes;
};
