import { options } from '../../core/fields/options';
import { limit, returnAll } from '../../core/fields/paging';
import { operation } from '../../core/operation';
import { readPermissions, transferFields, transferOptions } from './transferFields';
import { together } from './sourceFields';
import { report } from './transferOutput';
import { transferOf } from './transferParams';

export default operation({
	resource: 'transfer',
	operation: 'plan',
	name: 'Plan',
	action: 'Plan a transfer',
	description:
		'Say exactly what Run would do with the same parameters: totals, and the changes as items. Writes nothing.',
	fields: [...transferFields, returnAll, limit, options(...transferOptions)],
	permissions: [...readPermissions],
	effect: 'read',
	itemsAtOnce: 1,
	together,
	async *execute(context) {
		const { params } = context;
		const most = params.returnAll ? Infinity : (params.limit ?? Infinity);
		const wanted = { most, includesSkipped: params.options.includeSkipped ?? false };
		const { items, summary, ended, refused } = await report(context, transferOf(context, params, true), wanted);
		if (ended || refused) throw ended ?? refused;
		yield summary;
		yield* items;
	},
});
