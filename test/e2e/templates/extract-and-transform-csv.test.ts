import { GetObjectCommand } from '@aws-sdk/client-s3';
import { runWorkflow, succeeded } from '../../support/e2e';
import { sdk } from '../../support/s3';
import { template } from '../../support/templates';

test('wet days of two tables, as JSON with a link', async () => {
	const ran = succeeded(await runWorkflow(template('extract-and-transform-csv')));
	const links = ran.items('Links to the Results').map(({ json }) => json);
	expect(links).toEqual([
		expect.objectContaining({ file: 'reports/weather/seattle-weather.json', rows: 623 }),
		expect.objectContaining({ file: 'reports/weather/weather.json', rows: 1093 }),
	]);
	const { Body } = await sdk.send(new GetObjectCommand({ Bucket: 'sample-data', Key: 'reports/weather/weather.json' }));
	const { rows } = JSON.parse((await Body?.transformToString()) ?? '');
	expect(rows[0]).toEqual({
		location: 'Seattle',
		date: '2012-01-02',
		precipitation: 10.9,
		meanTemperature: 6.7,
		weather: 'rain',
	});
	const response = await fetch(String(links[1]?.url));
	expect(await response.json()).toEqual({ rows });
});
