import type { History, Version } from './history';
import { idOf } from './history';

const digits = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/** The time in an ID that is a ULID, in milliseconds since 1970. https://github.com/ulid/spec */
const timeIn = (id: string): number | undefined =>
	/^[0-7][0-9A-HJKMNP-TV-Z]{25}$/.test(id)
		? [...id.slice(0, 10)].reduce((time, digit) => time * digits.length + digits.indexOf(digit), 0)
		: undefined;

/**
 * The time in an ID of OpenStack Swift, in milliseconds since 1970.
 * https://docs.openstack.org/swift/latest/middleware.html#module-swift.common.middleware.versioned_writes.object_versioning
 */
const swiftTimeIn = (id: string): number | undefined => (/^\d{10}\.\d{5}$/.test(id) ? Number(id) * 1000 : undefined);

/** A version with the time at which it was made. Swift gives one from before versioning the time at which it was replaced. */
const timed = (version: Version): Version => {
	const made = swiftTimeIn(idOf(version));
	return made === undefined ? version : { ...version, LastModified: new Date(made) };
};

/** Milliseconds by which a time of whole seconds may differ from that of the ID. */
const tolerance = 2000;

/**
 * A history whose times tell what there was at a time. Versity S3 Gateway gives the time at which a version was
 * replaced, and for a delete marker that of the version below it; the time at which each was made is in its ID. Names the
 * fault where they differ, and where a replaced version from before versioning has no such ID.
 */
export const withTimes = (listed: History): History => {
	const history = { ...listed, versions: listed.versions.map(timed) };
	const { versions } = history;
	const isWrong = versions.some((version) => {
		const made = timeIn(idOf(version));
		if (made === undefined) return !version.IsLatest && versions.some((other) => timeIn(idOf(other)) !== undefined);
		return !(Math.abs(made - (version.LastModified?.getTime() ?? NaN)) <= tolerance);
	});
	return isWrong ? { fault: 'wrongTimes', ...history } : history;
};
