import type { IExecuteFunctions } from 'n8n-workflow';
import type { Connection } from '../../s3/client/client';
import { connect } from '../../s3/client/client';
import { memoryBudget } from '../../s3/flow/memoryBudget';
import { defaultsOf } from '../connection/requestDefaults';
import type { AnyParams } from '../field';
import { defaultMemoryMib } from '../fields/options';
import type { Context, Operation } from '../operation';
import { outsideHint } from './hints';
import { writerIn } from './ownTrigger';

const MiB = 1024 ** 2;

/** The options among the parameters of an item. */
export const optionsOf = ({ options }: AnyParams): AnyParams =>
	typeof options === 'object' && options !== null ? { ...options } : {};

interface Shared {
	source: Connection;
	/** The second connection, if *Destination* is set to another one. */
	destination?: Connection;
	effect: Operation['effect'];
	operations: Operation[];
	/** The parameters of the first item, whose *Memory (MiB)* counts for all. */
	firstParams: AnyParams;
	hint(message: string): void;
}

/** Returns what gives an operation the context of an item: connections with the options of the item, and what all items share. */
export const itemContexts = (
	n8n: IExecuteFunctions,
	{ source, destination, effect, operations, firstParams, hint }: Shared,
) => {
	const { memoryMib } = optionsOf(firstParams);
	const budget = memoryBudget((typeof memoryMib === 'number' ? memoryMib : defaultMemoryMib) * MiB);
	const writer = effect === 'read' ? undefined : writerIn(n8n);
	const hintedOutside = new Set<Connection>();
	const connectTo = (connection: Connection, options: AnyParams, signal: AbortSignal) =>
		connect(connection, {
			signal,
			writer,
			defaults: defaultsOf(options, connection.defaults),
			isDryRun: options.dryRun === true,
			onOtherRegion: (bucket, region) =>
				hint(
					`Bucket '${bucket}' is in the region ${region}, not in ${connection.region}. The request was redirected. Choose ${region} in the credential to avoid this.`,
				),
			onOutside: (bucket, key) => {
				if (!hintedOutside.has(connection)) hint(outsideHint(connection, bucket, key));
				hintedOutside.add(connection);
			},
		});

	return (itemParams: AnyParams, signal: AbortSignal): Context => {
		const options = optionsOf(itemParams);
		// 'SSE-C Key' encrypts the copy; the source has its own key.
		const { sseCustomerKey: _targetKey, ...sourceOptions } = options;
		return {
			s3: connectTo(source, destination ? sourceOptions : options, signal),
			...(destination && { destination: connectTo(destination, options, signal) }),
			n8n,
			signal,
			budget,
			operations,
			hint,
		};
	};
};
