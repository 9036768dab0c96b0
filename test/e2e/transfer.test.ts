import { chain, s3, succeeded } from '../support/e2e';
import { makeBucket } from '../support/s3';

test('the report of an analysis is a file that n8n previews, and that goes on', async () => {
	const bucket = await makeBucket();
	const ran = succeeded(
		await chain(
			s3('Up', 'object.upload', { bucket, key: 'a:b.txt', source: 'text', text: 'x' }),
			s3('Analyze', 'transfer.analyze', { bucket, options: { target: 'windows', report: 'html' } }),
			s3('Keep', 'object.upload', { bucket, key: 'report.html', source: 'binary', binaryPropertyName: 'report' }),
			s3('Read', 'object.read', { bucket, key: 'report.html', format: 'text' }),
		),
	);
	const [analysis] = ran.items('Analyze');
	expect(analysis?.json).toMatchObject({ objects: 1, hazards: [{ id: 'forbiddenCharacters', count: 1 }] });
	expect(analysis?.binary?.report).toMatchObject({ fileType: 'html', mimeType: 'text/html', fileExtension: 'html' });
	expect(ran.items('Read')[0]?.json.text).toContain('1 of 1 object cannot go to Windows as they are.');
});
