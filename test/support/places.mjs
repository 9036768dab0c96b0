// What levels of tests run in, each of it started when the first level asks for it.
import { join } from 'node:path';
import { installPackages } from '../../sandbox/apt.mjs';
import { browser } from '../../sandbox/browser.cjs';
import * as ceph from '../../sandbox/ceph.mjs';
import * as dovecot from '../../sandbox/dovecot.mjs';
import * as fauxqs from '../../sandbox/fauxqs.mjs';
import * as n8n from '../../sandbox/n8n.mjs';
import * as postgres from '../../sandbox/postgres.mjs';
import * as rest from '../../sandbox/rest.cjs';
import { fill } from '../../sandbox/samples.mjs';
import { makeCertificate, startSimulatedAws } from './simulatedAws.mjs';

/** Why a level cannot run on this machine. */
export class Missing extends Error {}

const once = (make) => {
	let made;
	return () => (made ??= make());
};

/** Gives the environment of each level, as a function that starts what the level needs, `prepare` and `stop`. */
export const openPlaces = ({ folder, say }) => {
	const running = [];
	const keep = (one) => {
		running.push(one);
		return one;
	};

	const tarball = once(async () => await n8n.pack(folder));

	const server = once(async () => {
		if (!(await ceph.isInstalled())) {
			say('Installing Ceph (69 MB, once)');
			await ceph.install();
		}
		if (!(await ceph.isInstalled()))
			throw new Missing(`it needs Ceph's packages (${ceph.packages.join(', ')}), which cannot be installed here`);
		say('Starting Ceph RGW');
		const { stop: _stop, ...address } = keep(await ceph.start({ folder: join(folder, 'ceph') }));
		return { TEST_S3: JSON.stringify(address) };
	});

	const installOf = (major) =>
		once(async () => {
			if (!n8n.isInstalled(major)) say(`Installing the pinned n8n ${major}.x (3 GB, about 5 minutes, once)`);
			await n8n.install((step) => say(`n8n ${major}.x: ${step}`), major);
		});
	const install = { 1: installOf(1), 2: installOf(2) };

	/** A queue that needs neither Go nor Python. It comes with n8n 2, and n8n 1 may be there first. */
	const queues = once(async () => {
		await install[2]();
		const { stop: _stop, ...address } = keep(await fauxqs.start({}));
		return { TEST_SQS: JSON.stringify(address) };
	});

	/** Programs trust it from their start on. */
	const certificate = once(async () => await makeCertificate(folder));

	/** Hosts of AWS in front of the S3 server, for an n8n. */
	const simulatedAws = async () => {
		const files = await certificate();
		const { endpoint: target } = JSON.parse((await server()).TEST_S3);
		const { url } = keep(await startSimulatedAws({ target, ...files }));
		return { HTTPS_PROXY: url, NO_PROXY: '127.0.0.1,localhost', NODE_EXTRA_CA_CERTS: files.cert };
	};

	/** The sample data that templates work on. */
	const samples = once(async () => await fill(JSON.parse((await server()).TEST_S3)));

	const editor = once(async () => {
		if (browser()) return;
		say('Installing Chromium, for the tests of the editor');
		// They say so where there is none.
		await installPackages(['chromium']);
	});

	const database = once(async () => {
		if (!(await postgres.isInstalled())) {
			say('Installing PostgreSQL, for the template that backs up a database');
			// Its test says so where there is none.
			if (!(await postgres.install())) return undefined;
		}
		return keep(await postgres.start({ folder: join(folder, 'postgres') }));
	});

	const mailboxes = once(async () => {
		if (!(await dovecot.isInstalled())) {
			say('Installing Dovecot, for the template that stores mail attachments');
			await dovecot.install();
			// Its test says so where there is none.
			if (!(await dovecot.isInstalled())) return {};
		}
		const { stop: _stop, ...address } = keep(await dovecot.start({ folder: join(folder, 'dovecot') }));
		return { TEST_IMAP: JSON.stringify(address) };
	});

	/** A database for one level: two of them would use the same names. */
	const ownDatabase = async (name) => {
		const connection = await (await database())?.makeDatabase(name);
		return connection && { TEST_POSTGRES: JSON.stringify(connection) };
	};

	/** A fresh n8n of a major version with the packed tarball in it. */
	const startN8n = async (major) => {
		await install[major]();
		const userFolder = join(folder, `n8n-${major}`);
		const installed = await n8n.addNodes(userFolder, await tarball());
		say(`Starting n8n ${major}.x with the packed package`);
		const more = await simulatedAws();
		const { url } = keep(await n8n.start({ userFolder, major, more }));
		await rest.signIn(url);
		const aws = { TEST_AWS: more.HTTPS_PROXY };
		return { TEST_N8N: url, TEST_N8N_MAJOR: String(major), TEST_PACKAGE: installed, ...aws };
	};

	const endToEnd = (major) => async () => {
		// Only then it is known whether the level can run at all.
		const address = await server();
		const [own, rows, mails] = await Promise.all([
			startN8n(major),
			ownDatabase(`n8n${major}`),
			mailboxes(),
			samples(),
			editor(),
		]);
		return { ...address, ...own, ...rows, ...mails, ...(await queues()) };
	};

	return {
		environments: {
			lint: async () => ({}),
			types: async () => ({}),
			unit: async () => ({ TEST_TARBALL: await tarball() }),
			s3: server,
			e2e: endToEnd(2),
			n8n1: endToEnd(1),
		},
		/** Begins what takes minutes on a new machine before the turn of a level, which tells it if that fails. */
		prepare: (name) => {
			if (name === 'n8n1') install[1]().catch(() => undefined);
		},
		stop: async () => void (await Promise.all(running.map(async (one) => await one.stop()))),
	};
};
