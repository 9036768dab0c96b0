import { createServer } from 'node:http';
import { connect } from '../../nodes/AwsS3/s3/client/client';
import { getNotification, putNotification } from '../../nodes/AwsS3/s3/notification/notificationRequests';
import { listen } from '../support/listen';

const buckets = ['a', 'b', 'c', 'd'];

/** The most changes of notifications that a server gets at a time, if those of several buckets are made at once. */
const mostAtOnce = async (requestId: string) => {
	let underWay = 0;
	let most = 0;
	const server = createServer(({ method }, response) => {
		const isChange = method === 'PUT';
		if (isChange) most = Math.max(most, ++underWay);
		const answer = () => {
			if (isChange) underWay--;
			response.writeHead(200, { 'content-type': 'application/xml', 'x-amz-request-id': requestId });
			response.end(isChange ? '' : '<NotificationConfiguration/>');
		};
		setTimeout(answer, 50);
	});
	const endpoint = `http://${await listen(server)}`;
	const keys = { accessKeyId: 'a', secretAccessKey: 'b', region: 'us-east-1' };
	const s3 = connect({ ...keys, endpoint, forcePathStyle: true });
	// The first answer says which server it is.
	await getNotification(s3, 'a');
	await Promise.all(buckets.map(async (bucket) => await putNotification(s3, bucket, {})));
	return most;
};

test('Ceph, which fails to do it, is not asked to change the notifications of two buckets at a time', async () => {
	expect(await mostAtOnce('tx00000c6164b37aaf28037-006b049a0b-102f-default')).toBe(1);
	expect(await mostAtOnce('unheard of')).toBeGreaterThan(1);
});
