import type { Report } from '../../../content/report/report';
import { badInput } from '../../../core/errors/badInput';
import type { Params } from '../../../core/field';
import { narrowingField } from '../../../core/field';
import type { Hazard, HazardId } from '../../../s3/analysis/hazards';
import { hazardFinder, hazardKind, ownHazards, severityAt } from '../../../s3/analysis/hazards';
import type { TargetSystem } from '../../../s3/analysis/targetRules';
import { isJobFile } from '../../../s3/pairs/sides';
import type { Entry } from '../../../s3/pairs/march';
import type { Transfer } from '../../../s3/sync/transfer';
import { targetNames } from './analysisReport';
import type { HazardSum } from './hazardTally';
import { hazardTally } from './hazardTally';

/** The options for names that another system rejects. */
export const nameOptions = [
	narrowingField({
		displayName: 'Check Names For',
		name: 'checkNamesFor',
		type: 'options',
		options: [
			{ name: targetNames.caseInsensitive, value: 'caseInsensitive', description: 'For example macOS' },
			{ name: targetNames.sharePoint, value: 'sharePoint', description: "With Microsoft's rules for names and sizes" },
			{ name: targetNames.windows, value: 'windows', description: 'A Windows disk or file share' },
		],
		default: 'windows',
		description:
			'The system that will receive the copies later. Checks all names against its rules before the first write. Lists the source again.',
	}),
	narrowingField({
		displayName: 'If Name Not Allowed',
		name: 'ifNameNotAllowed',
		type: 'options',
		options: [
			{ name: 'Copy and Report', value: 'report', description: 'Copy them and list them in the output' },
			{ name: 'Fail', value: 'fail', description: 'Write nothing and list them in the message' },
			{ name: 'Skip', value: 'skip', description: 'Do not copy them' },
		],
		default: 'skip',
		description: "What to do with names that the system in 'Check Names For' does not allow. Default: copy and report.",
	}),
] as const;

export type NameOptions = Partial<Params<[...typeof nameOptions]>>;

/** The result of a name check. */
export interface NameCheck {
	hazards: HazardSum[];
	/** Whether to skip an object for its name, if the user wants that. */
	leavesOut?: (entry: Entry) => boolean;
	notes: Report['notes'];
}

/** How many names to list individually. */
const maxNamed = 10;

/** Hazards that do not concern names: the run handles these itself. */
const others = new Set<HazardId>(['archived', 'unreadable', 'destinationInside']);

/** Merged folders lose nothing as long as their file names differ, so no object is skipped for that. */
const isOfObject = ({ id }: Hazard) => id !== 'mergedFolders';

const refusal = (target: TargetSystem, hazards: HazardSum[], kept: Hazard[]) => {
	const count = hazards.reduce((total, hazard) => total + hazard.count, 0);
	const named = kept.slice(0, maxNamed).map(({ id, path }) => `'${path}' (${hazardKind(id).title})`);
	const more = count > named.length ? `, and ${(count - named.length).toLocaleString('en')} more` : '';
	return badInput(
		`${count === 1 ? '1 name does' : `${count.toLocaleString('en')} names do`} not fit ${targetNames[target]}, so nothing was written: ${named.join(', ')}${more}`,
		"Rename them at the source, skip them with 'Skip' in 'If Name Not Allowed', or list them all with 'Analyze'.",
	);
};

const tooMany = () =>
	badInput(
		'Too many names collide at the target to compare them all, so nothing was written',
		"Run one prefix at a time, or choose 'Copy and Report' in 'If Name Not Allowed'.",
	);

const notesOf = (target: TargetSystem, hazards: HazardSum[]): Report['notes'] =>
	hazards.length === 0
		? []
		: [
				{
					title: `Names that do not fit ${targetNames[target]}`,
					lines: hazards.map(({ title, count, advice, examples }) => {
						const [example] = examples;
						return `${title}: ${count.toLocaleString('en')}, such as ${example?.path ?? ''}. ${advice}`;
					}),
				},
			];

const isHazardOf =
	(target: TargetSystem) =>
	({ id }: Hazard) =>
		severityAt(id, target) !== 'kept' && !others.has(id);

/** The findings in a source. */
interface Found {
	hazards: HazardSum[];
	/** The first ones. */
	kept: Hazard[];
	/** The paths of objects that collide with another. */
	colliding: Set<string>;
	/** False if there are more collisions than were compared. */
	isComplete: boolean;
}

/** Checks the names of a source. Holds a page of the listing and tables of bounded size, as *Analyze* does. */
const lookThroughNames = async (
	{ from, to, rules, signal = new AbortController().signal }: Transfer,
	target: TargetSystem,
): Promise<Found> => {
	const finder = hazardFinder(target);
	const tally = hazardTally(target, maxNamed);
	const isHazard = isHazardOf(target);
	const pathOf = ({ key }: Entry) => to.prefix + key;

	async function* pages() {
		// The run itself reports what cannot be checked.
		for await (const entries of from.pages(signal, () => undefined))
			yield entries.filter((entry) => !isJobFile(rules, { key: entry.key, source: entry }) && rules.passes(entry));
	}
	async function* pathsAgain() {
		for await (const entries of pages()) yield entries.map(pathOf);
	}

	for await (const entries of pages()) {
		for (const entry of entries)
			finder
				.see({ key: entry.key, path: pathOf(entry), size: entry.size })
				.filter(isHazard)
				.forEach(tally.add);
	}
	const colliding = new Set<string>();
	for await (const hazard of finder.collisions(pathsAgain)) {
		if (!isHazard(hazard)) continue;
		tally.add(hazard);
		if (isOfObject(hazard)) colliding.add(hazard.path);
	}
	return { hazards: tally.sums(), kept: tally.kept(), colliding, isComplete: finder.isComplete() };
};

/** Checks the names of a source before the first write. Throws if one does not fit and the user chose 'Fail'. */
export const checkNames = async (
	transfer: Transfer,
	{ checkNamesFor: target, ifNameNotAllowed: policy = 'report' }: NameOptions,
): Promise<NameCheck | undefined> => {
	if (!target) return undefined;
	const { hazards, kept, colliding, isComplete } = await lookThroughNames(transfer, target);
	if (policy === 'fail' && hazards.length > 0) throw refusal(target, hazards, kept);
	const notes = notesOf(target, hazards);
	if (policy !== 'skip') return { hazards, notes };
	if (!isComplete) throw tooMany();
	const [ownOf, isHazard] = [ownHazards(target), isHazardOf(target)];
	const leavesOut = ({ key, size }: Entry) => {
		const path = transfer.to.prefix + key;
		return colliding.has(path) || ownOf({ key, path, size }).some(isHazard);
	};
	return { hazards, notes, leavesOut };
};
