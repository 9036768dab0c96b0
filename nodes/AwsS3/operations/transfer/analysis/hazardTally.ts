import type { Hazard, HazardId, Severity } from '../../../s3/analysis/hazards';
import { hazardKind, hazardKinds, severityAt } from '../../../s3/analysis/hazards';
import type { TargetSystem } from '../../../s3/analysis/targetRules';

/** So many of each kind are shown in the summary. */
const examplesShown = 5;

/** All hazards of one kind. */
export interface HazardSum {
	id: HazardId;
	title: string;
	severity: Severity;
	count: number;
	advice: string;
	examples: Array<Omit<Hazard, 'id'>>;
}

/** Counts hazards by their kind. Keeps the first `maxKept` of them, for items and for the report. */
export const hazardTally = (target: TargetSystem, maxKept: number) => {
	const sums = new Map<HazardId, HazardSum>();
	const kept: Hazard[] = [];
	return {
		add: (hazard: Hazard) => {
			const { id, ...example } = hazard;
			const severity = severityAt(id, target);
			if (!severity) return;
			const { title, advice } = hazardKind(id);
			const sum = sums.get(id) ?? { id, title, severity, count: 0, advice, examples: [] };
			sums.set(id, sum);
			sum.count++;
			if (sum.examples.length < examplesShown) sum.examples.push(example);
			if (kept.length < maxKept) kept.push(hazard);
		},
		/** In the order of the table. */
		sums: (): HazardSum[] => hazardKinds.flatMap(({ id }) => sums.get(id) ?? []),
		kept: (): Hazard[] => kept,
	};
};
