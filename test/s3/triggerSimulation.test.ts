import {
	CompleteMultipartUploadCommand,
	CreateMultipartUploadCommand,
	DeleteObjectCommand,
	paginateListObjectsV2,
	PutObjectCommand,
	UploadPartCommand,
} from '@aws-sdk/client-s3';
import { randomCases } from '../support/randomCases';
import { randomOf } from '../support/randomOf';
import { activeTrigger } from '../support/poll';
import { refused, startProxy } from '../support/proxy';
import { credentials, makeBucket, sdk, server } from '../support/s3';
import { simulate } from '../support/triggerSimulation';
import type { World } from '../support/triggerSimulation';

/** A bucket of the server. Listings go through a proxy, which refuses the first page where it is told to. */
const realWorld = async () => {
	const Bucket = await makeBucket();
	const at = { isRefused: false };
	const proxy = await startProxy(server.endpoint, ({ url = '' }) =>
		at.isRefused && url.includes('list-type=2') ? refused(403, 'AccessDenied') : 'pass',
	);
	const world: World = {
		put: async (Key, Body) => await sdk.send(new PutObjectCommand({ Bucket, Key, Body })),
		remove: async (Key) => await sdk.send(new DeleteObjectCommand({ Bucket, Key })),
		begin: async (Key) => {
			const upload = {
				Bucket,
				Key,
				UploadId: (await sdk.send(new CreateMultipartUploadCommand({ Bucket, Key }))).UploadId,
			};
			return async (Body) => {
				const { ETag } = await sdk.send(new UploadPartCommand({ ...upload, PartNumber: 1, Body }));
				const MultipartUpload = { Parts: [{ ETag, PartNumber: 1 }] };
				await sdk.send(new CompleteMultipartUploadCommand({ ...upload, MultipartUpload }));
			};
		},
		refuse: (page) => {
			at.isRefused = page > 0;
		},
		list: async () => {
			const seen = [];
			for await (const { Contents = [] } of paginateListObjectsV2({ client: sdk }, { Bucket }))
				for (const { Key: key = '', ETag = '', LastModified } of Contents)
					if (!key.includes('.n8n-'))
						seen.push({ key, etag: ETag.replaceAll('"', ''), lastModified: LastModified?.getTime() ?? 0 });
			return seen;
		},
	};
	return { world, bucket: Bucket, connection: { ...credentials, endpoint: proxy.url } };
};

/** Those that every server can hold: on some, `a` and `a/b` are in each other's way. */
const names = ['a', 'b.csv', 'b (2).csv', 'c/1', 'c/2', 'd', 'e/f/g', 'ü', '\uffee', '😀', '~', 'x', 'y', 'z'];

const rounds = randomCases(40, 20);
/** In milliseconds, for many rounds on a busy machine. */
const timeout = 120_000 + rounds * 2000;

test(
	'every difference between two polls is reported once, and none is invented',
	async () => {
		const { world, bucket, connection } = await realWorld();
		const events = ['created', 'modified', 'deleted'];
		const trigger = activeTrigger(connection, { bucket, events, options: { maxInline: 5 } });
		const count = await simulate(world, trigger, { rounds, random: randomOf('trigger of a real server'), names });
		expect(count.events).toBeGreaterThan(rounds / 2);
	},
	timeout,
);
