import { isArchivedClass } from '../storageClass';
import { keyFault } from '../address';
import { maxObjectSize } from '../parts/partSize';
import { bareEtag } from '../contentIdentity';
import type { Entry, Pair } from './march';
import type { Prefixes } from './sides';
import { isJobFile } from './sides';

/** What happens to objects that the source does not have, and to those that it has. */
export type Mode = 'copy' | 'mirror' | 'move' | 'migrate';

/** By what two objects of one key are the same. */
export type Compare = 'sizeAndTime' | 'size' | 'checksum' | 'etag' | 'always';

/** What to do where the destination has another object of the same key. */
export type OnDifferent = 'overwrite' | 'rename' | 'newer' | 'skip';

/** What a transfer does, apart from where. */
export interface Rules extends Prefixes {
	mode: Mode;
	compare: Compare;
	onConflict: OnDifferent;
	/** Whether nothing may be overwritten or deleted, whatever else is set. */
	isAppendOnly: boolean;
	/** Whether the filters let an object of the source through, or one that is only at the destination. */
	passes: (entry: Entry) => boolean;
	/** Whether copies get grants or locks only once they are there, so that one which is there may lack them. */
	addsToCopies?: boolean;
	/** Whether archived objects are restored first, and copied by a later run. */
	restores?: boolean;
	/** Whether an object of the source is left out for its name. */
	leavesOut?: (entry: Entry) => boolean;
}

/** Why nothing is done for a key. */
export type Reason =
	| 'same'
	| 'filtered'
	| 'onlyAtDestination'
	| 'newerAtDestination'
	| 'exists'
	| 'appendOnly'
	| 'archived'
	/** A restore from the archive is running, and a later run copies it. */
	| 'restoring'
	| 'tooLarge'
	| 'keyTooLong'
	/** Nothing is left of its key below the prefixes. */
	| 'emptyKey'
	/** It marks the folder of the prefix, and the destination has no folder for it. */
	| 'folderMarker'
	| 'nameNotAllowed'
	| 'notProven'
	| 'sameKey'
	| 'otherHistory'
	| 'missing'
	/** A file of a job. */
	| 'jobFile'
	/** An unfinished run of the job, or an earlier one of the plan, has done it. */
	| 'doneBefore';

/** What changes something. `deleteSource` ends a move whose copy is there already. */
export type Step = 'copy' | 'overwrite' | 'rename' | 'delete' | 'deleteSource';

/** What to look at before a decision: both objects for their content, or the source for whether it can be read. */
export type Look = 'content' | 'archive';

/** What to do for a key: change something, nothing for a reason, or look first because the listings do not say. */
export type Decision =
	| {
			step: Step;
			/** Whether its source has to be restored from the archive first. */
			restores?: true;
			skip?: undefined;
			needsHead?: undefined;
	  }
	| { skip: Reason; step?: undefined; restores?: undefined; needsHead?: undefined }
	| { needsHead: Look; step?: undefined; restores?: undefined; skip?: undefined };

/** What a look has shown. */
export interface Known {
	/** Whether the destination has a copy of the source, by checksums, ETags and what copies note in their metadata. */
	isSame?: boolean;
	/** Whether S3 itself shows the same content, so that the source may be deleted on it. */
	isProven?: boolean;
	/** Whether an archived source can be read, because it was restored. */
	isReadable?: boolean;
}

const isNewer = (source: Entry, destination: Entry) =>
	source.lastModified !== undefined &&
	destination.lastModified !== undefined &&
	source.lastModified > destination.lastModified;

const secondOf = ({ lastModified }: Entry) => Math.floor(Number(lastModified) / 1000);

/** Some listings have whole seconds only, so within one second they do not tell which came first. */
const isSameSecond = (source: Entry, destination: Entry) => secondOf(source) === secondOf(destination);

/** Whether the listings show the same ETag. */
export const hasSameEtag = (source: Entry, destination: Entry) =>
	bareEtag(source.etag) !== '' && bareEtag(source.etag) === bareEtag(destination.etag);

/** Whether two objects are the same, as far as the listings tell: undefined if only a look at both can tell. */
export const isSame = (compare: Compare, source: Entry, destination: Entry): boolean | undefined => {
	if (compare === 'always' || source.size !== destination.size) return false;
	switch (compare) {
		case 'size':
			return true;
		case 'sizeAndTime':
			// The time of a copy in S3 is that of copying.
			if (isSameSecond(source, destination)) return hasSameEtag(source, destination);
			return !isNewer(source, destination);
		default:
			// Other ETags may be of the same content, in other parts or with another encryption.
			return hasSameEtag(source, destination) || undefined;
	}
};

/** Whether an object would get no key, or that of the folder marker of the destination. A marker itself may become that. */
const isEmptied = ({ key, from, size }: Entry, { destinationPrefix }: Rules) =>
	key === '' && (destinationPrefix === '' || (Boolean(from?.key) && size > 0));

/** A write of the source, unless it cannot be read or stored. */
const written = (source: Entry, step: Step, rules: Rules, { isReadable }: Known): Decision => {
	if (source.size > maxObjectSize) return { skip: 'tooLarge' };
	if (isEmptied(source, rules)) return { skip: source.size > 0 ? 'emptyKey' : 'folderMarker' };
	if (keyFault(rules.destinationPrefix + source.key) !== undefined) return { skip: 'keyTooLong' };
	if (rules.leavesOut?.(source)) return { skip: 'nameNotAllowed' };
	if (!isArchivedClass(source.storageClass) || isReadable) return { step };
	if (isReadable === undefined) return { needsHead: 'archive' };
	return rules.restores ? { step, restores: true } : { skip: 'archived' };
};

const onDifferent = (source: Entry, destination: Entry, rules: Rules, known: Known): Decision => {
	const { onConflict, isAppendOnly } = rules;
	if (onConflict === 'skip') return { skip: 'exists' };
	if (onConflict === 'rename') return written(source, 'rename', rules, known);
	if (onConflict === 'newer' && !isNewer(source, destination)) return { skip: 'newerAtDestination' };
	return isAppendOnly ? { skip: 'appendOnly' } : written(source, 'overwrite', rules, known);
};

/** A moved object may be deleted at the source only where S3 itself shows its content at the destination. */
const onSame = (source: Entry, rules: Rules, known: Known): Decision => {
	if (rules.mode !== 'move') return { skip: 'same' };
	if (rules.isAppendOnly) return { skip: 'appendOnly' };
	if (known.isProven === undefined) return { needsHead: 'content' };
	if (known.isProven && !rules.addsToCopies) return { step: 'deleteSource' };
	return rules.onConflict === 'overwrite' ? written(source, 'overwrite', rules, known) : { skip: 'notProven' };
};

/**
 * Decides what to do for a key, from the listings and, after a decision that `needsHead`, from what the look has shown. The
 * first row that fits counts:
 *
 * | source | destination | rules                        | decision                                                    |
 * | ------ | ----------- | ---------------------------- | ----------------------------------------------------------- |
 * | any    | any         | a job's file at either side  | skip: jobFile                                               |
 * | any    | any         | does not pass the filters    | skip: filtered                                              |
 * | no     | yes         | mirror, not append-only      | delete                                                      |
 * | no     | yes         | any other                    | skip: onlyAtDestination                                     |
 * | yes    | no          | any                          | copy (1)                                                    |
 * | yes    | yes         | migrate                      | skip: exists                                                |
 * | yes    | yes, same   | copy, mirror                 | skip: same                                                  |
 * | yes    | yes, same   | move, proven                 | deleteSource; append-only: skip                             |
 * | yes    | yes, same   | move, not proven (2)         | overwrite (1) if chosen, else skip: notProven               |
 * | yes    | yes, other  | onConflict skip              | skip: exists                                                |
 * | yes    | yes, other  | onConflict rename            | rename (1)                                                  |
 * | yes    | yes, other  | onConflict newer, is not     | skip: newerAtDestination                                    |
 * | yes    | yes, other  | append-only                  | skip: appendOnly                                            |
 * | yes    | yes, other  | onConflict overwrite, newer  | overwrite (1)                                               |
 *
 * (1) Skipped instead if it is tooLarge, its key is keyTooLong at the destination, an emptyKey or a folderMarker, its name is
 *     nameNotAllowed, or it is archived and not restored; with `restores`, it is restored first.
 * (2) Or proven, where copies get grants or locks that the one which is there may lack.
 *
 * Same is: `always` never; else never with two sizes, and with one size `size` always, `sizeAndTime` unless the source is
 * newer (within one second, with one ETag), `etag` and `checksum` with one ETag, or else by what a look shows.
 */
export const decide = ({ key, source, destination }: Pair, rules: Rules, known: Known = {}): Decision => {
	if (isJobFile(rules, { key, source })) return { skip: 'jobFile' };
	const entry = source ?? destination;
	if (entry && !rules.passes(entry)) return { skip: 'filtered' };
	if (!source)
		return rules.mode === 'mirror' && !rules.isAppendOnly ? { step: 'delete' } : { skip: 'onlyAtDestination' };
	if (!destination) return written(source, 'copy', rules, known);
	if (rules.mode === 'migrate') return { skip: 'exists' };
	const same = isSame(rules.compare, source, destination) ?? known.isSame;
	if (same === undefined) return { needsHead: 'content' };
	return same ? onSame(source, rules, known) : onDifferent(source, destination, rules, known);
};
