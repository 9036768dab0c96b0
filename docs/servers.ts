import { table } from './tables';
import results from './servers.json';
import aws from '../test/support/servers/aws.json';
import codes from '../test/support/codes.json';
import ceph from '../test/support/servers/ceph.json';
import fauxqs from '../test/support/servers/fauxqs.json';
import minio from '../test/support/servers/minio.json';
import moto from '../test/support/servers/moto.json';
import swift from '../test/support/servers/swift.json';
import versitygw from '../test/support/servers/versitygw.json';

/** What a server does otherwise than S3, and the tests that show it, by file. */
interface Cause {
	feature: string;
	is: string;
	/** The request and its answer. */
	shows: string;
	/** What users of the node read. */
	message?: string;
	tests: Record<string, string[] | undefined>;
}

interface Result {
	title: string;
	version: string;
	passed: number;
	lacking: number;
	seconds: number;
}

const tables: Record<string, Cause[] | undefined> = { aws, ceph, minio, versitygw, swift, moto, fauxqs };

/** Worst first: a table has one word for all that a server does of a feature. */
const severity = ['wrong', 'refused'];

const testsOf = ({ tests }: Cause) =>
	Object.entries(tests).flatMap(([file, names = []]) => names.map((name) => `${file}: ${name}`));

/**
 * What a server makes of a feature, by its own causes and by those of all servers. Where other causes keep all tests of a
 * feature from running, nothing shows how it is.
 */
const wordFor = (feature: string, causes: Cause[], all: Cause[]) => {
	const own = causes.filter((one) => one.feature === feature);
	const found = severity.find((word) => own.some(({ is }) => is === word));
	if (found) return found;
	const tests = all.filter((one) => one.feature === feature).flatMap(testsOf);
	const failing = new Set(causes.flatMap(testsOf));
	return tests.length > 0 && tests.every((test) => failing.has(test)) && own.length === 0 ? '?' : 'works';
};

const escaped = (text: string) => text.replace(/[<>]/g, (char) => (char === '<' ? '&lt;' : '&gt;'));

const detail = (cause: Cause) => {
	const { feature, is, shows, message } = cause;
	const tests = testsOf(cause);
	const said = message === undefined ? '' : ` The node says: "${escaped(message)}".`;
	const list =
		tests.length === 0
			? []
			: [
					`  <details><summary>${tests.length === 1 ? '1 test' : `${tests.length} tests`}</summary>\n\n${tests.map((test) => `  - ${escaped(test.length > 160 ? `${test.slice(0, 160)}…` : test)}`).join('\n')}\n\n  </details>`,
				];
	return [`- **${feature}**, ${is}: ${escaped(shows)}${said}`, ...list].join('\n');
};

/** Who answers with each error code in `test/s3/codes.test.ts`, which fails where that is no longer so. */
const errorCodes = () => {
	const names = [['ceph', 'Ceph RGW'], ...Object.entries(results).map(([id, { title }]) => [id, title])];
	const all = Object.entries(codes).map(([code, { servers }]) => ({ code, servers: new Set<string>(servers) }));
	const [atServers, atProxy] = [
		all.filter(({ servers }) => servers.size > 0),
		all.filter(({ servers }) => servers.size === 0),
	];
	return [
		'## Error codes',
		`The node explains each of ${all.length} error codes as [When something is refused](troubleshooting.md) shows. ${atServers.length} of them come from
a real server, which \`test/s3/codes.test.ts\` provokes. The other ${atProxy.length} come only from a proxy that answers in place of a server:
${atProxy.map(({ code }) => `\`${code}\``).join(', ')}.`,
		table(
			['Code', ...names.map(([, title = '']) => title)],
			atServers.map(({ code, servers }) => [
				`\`${code}\``,
				...names.map(([id = '']) => (servers.has(id) ? 'yes' : '')),
			]),
		),
	];
};

/** The page of what the tests show of each server. */
export const serversPage = () => {
	const ran = Object.entries(tables).flatMap(([name, causes = []]) => {
		const result: Result | undefined = Object.entries(results).find(([id]) => id === name)?.[1];
		return result ? [{ ...result, causes }] : [];
	});
	const all = ran.flatMap(({ causes }) => causes);
	const features = [
		...new Set(ran.flatMap(({ causes }) => causes.filter(({ is }) => is !== 'works').map(({ feature }) => feature))),
	].sort();
	return [
		'<!-- Made by `npm run servers` and `gulp build` from docs/servers.json and test/support/servers; do not edit. -->',
		'# Tested S3 servers',
		`All tests of the operations run against these servers, unchanged: \`npm run servers\`. A test that a server cannot pass is
listed below with its cause, and the run fails if a listed test passes. [S3-compatible services](compatibility.md) shows what the
node does about the differences.`,
		table(
			['Server', 'Version', 'Tests passed', 'Tests lacking', 'Seconds'],
			ran.map(({ title, version, passed, lacking, seconds }) => [title, version, passed, lacking, seconds].map(String)),
		),
		'## Features',
		`Features that are not in this table work with all of them. _?_ means that the tests of the feature cannot run there, because the
server lacks another feature that they need.`,
		table(
			['Feature', ...ran.map(({ title }) => title)],
			features.map((feature) => [feature, ...ran.map(({ causes }) => wordFor(feature, causes, all))]),
		),
		...errorCodes(),
		...ran.flatMap(({ title, version, causes }) => [
			`## ${title} ${version}`,
			causes.length === 0 ? 'It passes all tests.' : causes.map(detail).join('\n'),
		]),
		'',
	].join('\n\n');
};
