import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';
import { listen } from './listen';

interface Answer {
	status: number;
	body: string;
}

/** What a role's trust policy allows. */
export interface Trust {
	/** Access keys of users that may assume it, or ARNs of roles. */
	principals: string[];
	externalId?: string;
	allowsTags?: boolean;
	allowsSourceIdentity?: boolean;
}

const refused = (code: string, words: string): Answer => ({
	status: code === 'ValidationError' ? 400 : 403,
	body: `<ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><Error><Type>Sender</Type><Code>${code}</Code><Message>${words}</Message></Error></ErrorResponse>`,
});

/** Members of a list in a form, such as `Tags.member.1.Key`. */
const members = (form: URLSearchParams, pattern: RegExp) =>
	[...form].filter(([name]) => pattern.test(name)).map(([, value]) => value);

const sessionXml = (keys: { id: string; secret: string; token: string }, duration: number) => {
	const expiration = new Date(Date.now() + duration * 1000).toISOString();
	return `<AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleResult><Credentials><AccessKeyId>${keys.id}</AccessKeyId><SecretAccessKey>${keys.secret}</SecretAccessKey><SessionToken>${keys.token}</SessionToken><Expiration>${expiration}</Expiration></Credentials></AssumeRoleResult></AssumeRoleResponse>`;
};

/**
 * Starts an STS that checks what no local server does: the trust policy of the role with its external ID, the permissions for
 * tags and source identity, that what is transitive stays in a chain, and its limit of an hour. Knows callers by their access
 * key only, and does not verify signatures, which `test/s3/connection.test.ts` has verified by a server.
 * https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html
 */
export const startStrictSts = async (roles: Record<string, Trust>) => {
	interface Session {
		role: string;
		form: URLSearchParams;
		transitive: string[];
		sourceIdentity: string | null;
	}
	const sessions = new Map<string, Session>();
	const answerTo = (authorization: string, form: URLSearchParams): Answer => {
		const caller = /Credential=([^/]+)/.exec(authorization)?.[1] ?? '';
		const arn = form.get('RoleArn') ?? '';
		const before = sessions.get(caller);
		const denied = (action: string) =>
			refused('AccessDenied', `not authorized to perform: ${action} on resource: ${arn}`);
		const trust = roles[arn];
		if (!trust?.principals.includes(before?.role ?? caller)) return denied('sts:AssumeRole');
		if (trust.externalId !== undefined && form.get('ExternalId') !== trust.externalId) return denied('sts:AssumeRole');
		const tags = members(form, /^Tags\.member\.\d+\.Key$/);
		const transitive = [...(before?.transitive ?? []), ...members(form, /^TransitiveTagKeys\.member\.\d+$/)];
		if ((tags.length > 0 || transitive.length > 0) && !trust.allowsTags) return denied('sts:TagSession');
		if (tags.some((tag) => before?.transitive.includes(tag))) return refused('ValidationError', 'a transitive tag');
		const sourceIdentity = before?.sourceIdentity ?? form.get('SourceIdentity');
		if (sourceIdentity && !trust.allowsSourceIdentity) return denied('sts:SetSourceIdentity');
		const duration = Number(form.get('DurationSeconds'));
		if (before && duration > 3600) return refused('ValidationError', 'exceeds the 1 hour session limit');
		const id = `ASIA${sessions.size}`;
		sessions.set(id, { role: arn, form, transitive, sourceIdentity });
		const body = sessionXml({ id, secret: 'secret', token: 'token' }, duration);
		return { status: 200, body };
	};
	const sts = createServer((incoming, outgoing) => {
		void text(incoming).then((form) => {
			const { status, body } = answerTo(incoming.headers.authorization ?? '', new URLSearchParams(form));
			outgoing.writeHead(status, { 'content-type': 'text/xml' }).end(body);
		});
	});
	return { url: `http://${await listen(sts)}`, sessions };
};
