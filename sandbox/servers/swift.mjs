// One process of each of Swift's servers with one disk, which is a folder.
// https://docs.openstack.org/swift/latest/middleware.html#module-swift.common.middleware.s3api.s3api
import { mkdir, writeFile } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { installPackages } from '../apt.mjs';
import { freePort, untilAnswered } from '../ports.mjs';
import * as program from '../program.mjs';

export const title = 'OpenStack Swift';
export const version = '2.30';
export const takes = 'a few seconds';

// Not those of Swift's servers, which would start them.
const packages = ['python3-swift'];

/** The one that Debian's packages are for. */
const python = '/usr/bin/python3';
const here = dirname(fileURLToPath(import.meta.url));

const ownVersion = async () =>
	await program.run(python, ['-c', 'from swift import __version__; print(__version__)']).then(
		({ stdout }) => stdout.trim(),
		() => '',
	);

export const isInstalled = async () => (await ownVersion()).startsWith(version);

export const install = async () =>
	(await installPackages(packages)) && (await isInstalled())
		? undefined
		: `Debian 12's package ${packages.join(', ')}, which cannot be installed here`;

/** Each has a separate account, whose buckets are invisible to others. */
const guests = Array.from({ length: 400 }, (_, index) => `guest${index}`);

const shared = ({ folder, port }) => `[DEFAULT]
bind_ip = 127.0.0.1
bind_port = ${port}
workers = 0
user = ${userInfo().username}
swift_dir = ${folder}
devices = ${folder}/devices
mount_check = false
fallocate_reserve = 0
log_level = ERROR
`;

/**
 * Servers that wait for each other. By default an object counts as stored one second later at the latest, whether the container
 * has it in its listing or not, and there is no updater here that would tell the container afterwards.
 */
const patient = `conn_timeout = 20
node_timeout = 60
container_update_timeout = 60
`;

const storage = (kind, place) => `${shared(place)}
[pipeline:main]
pipeline = ${kind}-server
[app:${kind}-server]
use = egg:swift#${kind}
${patient}`;

const proxy = (place) => `${shared(place)}
[pipeline:main]
pipeline = catch_errors gatekeeper cache listing_formats bulk s3api tempauth copy slo dlo versioned_writes symlink proxy-server
[app:proxy-server]
use = egg:swift#proxy
account_autocreate = true
${patient}[filter:cache]
paste.filter_factory = openstackSwift:cache
[filter:s3api]
use = egg:swift#s3api
location = us-east-1
# Buckets also as hosts: bucket.localhost
storage_domain = localhost
[filter:tempauth]
use = egg:swift#tempauth
user_test_owner = owner-secret .admin
${guests.map((name) => `user_${name}_${name} = ${name}-secret .admin`).join('\n')}
[filter:versioned_writes]
use = egg:swift#versioned_writes
allow_object_versioning = true
${['catch_errors', 'gatekeeper', 'listing_formats', 'bulk', 'copy', 'slo', 'dlo', 'symlink']
	.map((name) => `[filter:${name}]\nuse = egg:swift#${name}\n`)
	.join('')}`;

export const start = async ({ folder }) => {
	const kinds = ['account', 'container', 'object'];
	const ports = [];
	for (const _ of kinds) ports.push(await freePort());
	const port = await freePort();
	await mkdir(join(folder, 'devices', 'disk'), { recursive: true });
	await writeFile(join(folder, 'swift.conf'), '[swift-hash]\nswift_hash_path_suffix = test\n');
	for (const [index, kind] of kinds.entries())
		await writeFile(join(folder, `${kind}-server.conf`), storage(kind, { folder, port: ports[index] }));
	await writeFile(join(folder, 'proxy-server.conf'), proxy({ folder, port }));

	const env = { PATH: '/usr/bin:/bin', HOME: folder, PYTHONPATH: here, PYTHONDONTWRITEBYTECODE: '1' };
	const args = (...more) => [join(here, 'openstackSwift.py'), folder, ...more];
	await program.run(python, args('rings', ...ports.map(String)), { env });
	const children = [...kinds, 'proxy'].map((kind) =>
		program.start(python, args(`${kind}-server`), { stdio: 'ignore', env }),
	);
	const endpoint = `http://127.0.0.1:${port}`;
	await untilAnswered(endpoint, 30_000);
	const keys = { accessKeyId: 'test:owner', secretAccessKey: 'owner-secret' };
	const stop = async () => void (await Promise.all(children.map(async (child) => await program.stop(child))));
	return { endpoint, region: 'us-east-1', ...keys, guests: guests.length, stop };
};
