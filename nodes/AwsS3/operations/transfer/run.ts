import { field } from '../../core/field';
import { dryRun, options } from '../../core/fields/options';
import { operation } from '../../core/operation';
import { places, runPermissions, transferFields, transferOptions } from './transferFields';
import { together } from './sourceFields';
import { report } from './transferOutput';
import { transferOf } from './transferParams';

const returnItems = field({
	displayName: 'Return Items',
	name: 'items',
	type: 'boolean',
	default: true,
	description: 'Whether to return an item for each change besides the summary',
});

export default operation({
	resource: 'transfer',
	operation: 'run',
	name: 'Run',
	action: 'Run a transfer',
	description:
		'Copy, mirror, move or migrate all objects of a bucket or prefix to another one, and only what differs. The next run goes on.',
	fields: [...transferFields, options(...transferOptions, dryRun, returnItems)],
	permissions: [...runPermissions],
	effect: 'destructive',
	...places,
	itemsAtOnce: 1,
	together,
	async *execute(context) {
		const { params, s3 } = context;
		const { options: chosen } = params;
		const givesItems = s3.isDryRun || chosen.items;
		const wanted = { most: givesItems ? Infinity : 0, includesSkipped: chosen.includeSkipped ?? false };
		const { items, summary, ended, refused } = await report(context, transferOf(context, params, s3.isDryRun), wanted);
		if (refused && !ended) throw refused;
		if (s3.isDryRun) yield* items.map((item) => ({ ...item, dryRun: true }));
		else {
			yield summary;
			yield* items;
		}
		if (ended) throw ended;
	},
});
