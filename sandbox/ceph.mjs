// A one-machine Ceph cluster (one monitor, one OSD in memory, one S3 gateway) in one folder, on loopback only.
// https://docs.ceph.com/en/pacific/install/manual-deployment/
import { randomUUID } from 'node:crypto';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { installPackages } from './apt.mjs';
import { awsHosts } from './awsRegions.mjs';
import { freePort, untilAnswered } from './ports.mjs';
import * as program from './program.mjs';

export const packages = ['radosgw', 'ceph-mon', 'ceph-osd', 'ceph-common'];

const storageClasses = ['STANDARD_IA', 'ONEZONE_IA', 'INTELLIGENT_TIERING', 'GLACIER_IR', 'GLACIER', 'DEEP_ARCHIVE'];

/** Parts of Ceph that keep a log in memory of each small step, for a crash report. It takes a quarter of Ceph's processor time. */
const talkative = [
	...['asok', 'auth', 'civetweb', 'finisher', 'heartbeatmap', 'memstore', 'mgrc', 'mon', 'monc', 'ms', 'objclass'],
	...['objecter', 'optracker', 'osd', 'paxos', 'perfcounter', 'rados', 'rgw', 'rocksdb', 'throttle', 'timer', 'tp'],
];

const configuration = ({ folder, fsid, monPort, s3Port }) => `
[global]
fsid = ${fsid}
mon host = [v2:127.0.0.1:${monPort}]
auth cluster required = none
auth service required = none
auth client required = none
osd pool default size = 1
osd pool default min size = 1
osd pool default pg num = 8
osd pool default pgp num = 8
osd crush chooseleaf type = 0
mon allow pool size one = true
mon max pg per osd = 1000
osd objectstore = memstore
memstore device bytes = 12884901888
osd max object name len = 2048
ms bind ipv6 = false
public addr = 127.0.0.1
run dir = ${folder}
admin socket = ${folder}/$name.asok
pid file = ${folder}/$name.pid
log file = ${folder}/$name.log
crash dir = ${folder}
${talkative.map((name) => `debug ${name} = 0/0`).join('\n')}
osd enable op tracker = false
# Nothing leaves this machine
ms crc data = false
ms crc header = false
[mon.a]
mon data = ${folder}/mon
[osd.0]
osd data = ${folder}/osd
[client]
rgw frontends = beast endpoint=127.0.0.1:${s3Port} tcp_nodelay=1
# The gateway insists on encryption to the monitor, which needs keys that this cluster does without
ms mon client mode = crc
# Buckets also as hosts: bucket.localhost
rgw dns name = localhost
rgw enable usage log = false
rgw crypt require ssl = false
rgw crypt s3 kms backend = testing
rgw crypt s3 kms encryption keys = testkey-1=YmluCmJvb3N0CmJvb3N0LWJ1aWxkCmNlcGguY29uZgo=
rgw s3 auth use sts = true
# In this order the gateway tells a wrong key from a wrong secret, as S3 does
rgw s3 auth order = local,sts
rgw sts key = abcdefghijklmnop
rgw lc debug interval = -1
rgw gc obj min wait = 1
rgw dynamic resharding = false
`;

/** Whether this machine has every program that the cluster needs. */
export const isInstalled = async () => {
	const found = await Promise.allSettled(
		['radosgw', 'ceph-mon', 'ceph-osd', 'ceph'].map(async (name) => await program.run('which', [name])),
	);
	return found.every(({ status }) => status === 'fulfilled');
};

/** Installs Ceph's Debian packages; false where that cannot be done here. */
export const install = async () => await installPackages(packages);

/**
 * Starts a cluster in an empty folder and gives its S3 address, the keys of its owner, a way to call
 * `radosgw-admin`, and `stop`. Takes about 12 seconds.
 */
export const start = async ({ folder, port }) => {
	await rm(folder, { recursive: true, force: true });
	await mkdir(join(folder, 'mon'), { recursive: true });
	await mkdir(join(folder, 'osd'), { recursive: true });
	const s3Port = port ?? (await freePort());
	const fsid = randomUUID();
	const monPort = await freePort();
	const configFile = join(folder, 'ceph.conf');
	await writeFile(configFile, configuration({ folder, fsid, monPort, s3Port }));

	const children = [];
	const daemon = (name, ...args) => {
		const options = ['-c', configFile, '--setuser', 'root', '--setgroup', 'root', ...args];
		children.push(program.start(name, options, { stdio: 'ignore' }));
	};
	const stop = async () => {
		await Promise.all(children.map(async (child) => await program.stop(child)));
		await rm(folder, { recursive: true, force: true });
	};

	try {
		const ceph = async (name, ...args) => await program.run(name, ['-c', configFile, ...args]);
		const admin = async (...args) => {
			const { stdout } = await ceph('radosgw-admin', ...args);
			return stdout.trim().startsWith('{') || stdout.trim().startsWith('[') ? JSON.parse(stdout) : stdout;
		};

		const monMap = join(folder, 'monmap');
		await ceph('monmaptool', '--create', '--fsid', fsid, '--addv', 'a', `[v2:127.0.0.1:${monPort}]`, monMap);
		await ceph('ceph-mon', '--mkfs', '-i', 'a', '--monmap', monMap, '--setuser', 'root', '--setgroup', 'root');
		daemon('ceph-mon', '-f', '-i', 'a');
		await ceph('ceph', '--connect-timeout', '30', 'config', 'set', 'mon', 'mon_warn_on_pool_no_redundancy', 'false');
		await ceph('ceph', 'osd', 'new', fsid);
		await ceph('ceph-osd', '-i', '0', '--mkfs', '--osd-uuid', fsid, '--setuser', 'root', '--setgroup', 'root');
		daemon('ceph-osd', '-f', '-i', '0');
		for (let tries = 0; !(await ceph('ceph', 'osd', 'stat')).stdout.includes('1 up'); tries++) {
			if (tries > 100) throw new Error('The Ceph OSD did not come up');
			await sleep(200);
		}

		const { keys } = await admin(
			'user',
			'create',
			'--uid=owner',
			// Each test makes its own.
			'--max-buckets=100000',
			'--display-name=owner',
			'--caps=roles=*;user-policy=*',
		);
		const owner = { accessKeyId: keys[0].access_key, secretAccessKey: keys[0].secret_key };

		// The first user made the defaults. Before the gateway runs, its region gets the name that clients sign
		// with, and S3's storage classes.
		const edit = async (kind, change) => {
			const file = join(folder, `${kind}.json`);
			await writeFile(file, JSON.stringify(change(await admin(kind, 'get'))));
			await admin(kind, 'set', `--infile=${file}`);
		};
		await edit('zonegroup', (group) => ({
			...group,
			api_name: 'us-east-1',
			hostnames: awsHosts,
			placement_targets: [{ name: 'default-placement', tags: [], storage_classes: ['STANDARD', ...storageClasses] }],
		}));
		await edit('zone', (zone) => {
			const [placement] = zone.placement_pools;
			const [pool] = Object.values(placement.val.storage_classes);
			const classes = Object.fromEntries(['STANDARD', ...storageClasses].map((name) => [name, pool]));
			return { ...zone, placement_pools: [{ ...placement, val: { ...placement.val, storage_classes: classes } }] };
		});

		daemon('radosgw', '-f', '-n', 'client.rgw');
		const endpoint = `http://127.0.0.1:${s3Port}`;
		await untilAnswered(endpoint, 30_000);
		return { endpoint, region: 'us-east-1', ...owner, configFile, stop };
	} catch (error) {
		await stop();
		throw error;
	}
};
