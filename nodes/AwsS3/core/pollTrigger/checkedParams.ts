import type { IPollFunctions } from 'n8n-workflow';
import { connect } from '../../s3/client/client';
import type { Connection } from '../../s3/client/client';
import type { Modified } from '../../s3/changes/keyEvents';
import type { Watched } from '../../s3/changes/watchedObject';
import type { Start, Watch } from '../../s3/changes/poll';
import { bucketNameFault } from '../../s3/address';
import { prefixIn } from '../../s3/keyPrefix';
import type { Listed } from '../../s3/list/list';
import { defaultsOf } from '../connection/requestDefaults';
import { badInput } from '../errors/badInput';
import type { AnyParams } from '../field';
import { triggerParametersOf } from '../fields/parameters';
import { filterOf } from '../filters/filters';
import type { Additions } from './additions';
import type { Gates, Mark } from './gates';
import type { TriggerOptions, TriggerParams } from './triggerFields';
import { triggerFields } from './triggerFields';

/** The settings of the trigger, from its parameters. */
export interface Settings {
	watch: Watch;
	/** Whether each object starts a separate execution. */
	isEach: boolean;
	additions: Additions;
	gates: Gates;
}

/** Whether parameters are those of the fields of the trigger: the reader has converted each by its field. */
const isTriggerParams = (params: AnyParams): params is AnyParams & TriggerParams =>
	triggerFields.every((one) => 'displayOptions' in one || Object.hasOwn(params, one.name));

/** Reads the parameters of the trigger, and checks each of them. */
export const readTriggerParams = (n8n: IPollFunctions, connection: Connection): TriggerParams => {
	const params = triggerParametersOf(n8n, [...triggerFields], connection);
	if (!isTriggerParams(params)) throw new Error('A trigger parameter has an unexpected type');
	return params;
};

const MiB = 1024 ** 2;

const startOf = ({ existing, since }: TriggerParams): Start => {
	if (existing === 'skip') return 'none';
	if (existing === 'all') return 'all';
	if (!since)
		throw badInput("'Since' is empty", "Enter a date in 'Since', or choose something else in 'Existing Objects'.");
	return since;
};

const markIn = (text: string | undefined): Mark | undefined => {
	if (!text) return undefined;
	const [name = '', ...value] = text.split('=');
	if (name.trim() === '')
		throw badInput("'Skip Objects With Metadata' has no name", 'Enter a name, or a name and a value as name=value.');
	// S3 has the names in lower case.
	const lower = name
		.trim()
		.toLowerCase()
		.replace(/^x-amz-meta-/, '');
	return { name: lower, ...(value.length > 0 && { value: value.join('=').trim() }) };
};

/** The storage classes come from S3, which adds new ones. */
const isClass = (text: string): text is NonNullable<Listed['StorageClass']> => text !== '';

const filterFor = (options: TriggerOptions) => {
	const passes = filterOf(options);
	return ({ key, size, lastModified, storageClass }: Watched) =>
		passes({
			...{ Key: key, Size: size, LastModified: new Date(lastModified) },
			...(isClass(storageClass) && { StorageClass: storageClass }),
		});
};

/** A name for the trigger's states, of characters that every server accepts. */
const nameOf = (...ids: string[]) => ids.map((id) => id.replace(/[^A-Za-z0-9-]/g, '_')).join('-');

const modifiedOf = ({ modifiedMeans = 'content' }: TriggerOptions): Modified => modifiedMeans;

/** The identity of the trigger. */
interface TriggerIds {
	workflow: string;
	node: string;
}

/** The work of a poll. Throws for contradicting parameters. */
export const settingsOf = (
	connection: Connection,
	params: TriggerParams,
	{ workflow, node }: TriggerIds,
	now: number,
): Settings => {
	const { bucket, prefix, recursive, events, executions, options } = params;
	const { minAge = 0, maxObjects = 500, maxInline = 20_000, startOver, join = [], maxContentMib = 100 } = options;
	const {
		doneSuffix = '',
		startAfter = '',
		versions = false,
		onlyClean = false,
		stateBucket = '',
		binaryPropertyName = 'data',
	} = options;
	if (events.length === 0) throw badInput("'Events' is empty", "Choose what starts the workflow in 'Events'.");
	if (events.includes('undeleted') && !versions)
		throw badInput(
			"The event 'Undeleted' needs 'Watch Versions'",
			"Add 'Watch Versions' in 'Options', or remove 'Undeleted' from 'Events'.",
		);
	if (!onlyClean && events.some((event) => event === 'infected' || event === 'scanFailed'))
		throw badInput(
			"The events of malware scans need 'Wait for Malware Scan'",
			"Add it in 'Options', or remove 'Infected' and 'Malware Scan Not Possible' from 'Events'.",
		);
	const ownBucket = stateBucket.trim() || bucket;
	const fault = bucketNameFault(ownBucket);
	if (fault) throw badInput(`'State Bucket' ${fault}: '${ownBucket}'`, 'Check the name of the bucket.');
	const accepts = filterFor(options);
	const latest = now - minAge * 1000;
	return {
		watch: {
			s3: connect(connection, { defaults: defaultsOf(options, connection.defaults) }),
			place: {
				...{ bucket, prefix, isRecursive: recursive, startAfter, hasVersions: versions },
				hasRestores: events.includes('restored'),
			},
			rules: {
				events: new Set(events),
				modified: modifiedOf(options),
				accepts,
				isReady: ({ lastModified }) => minAge === 0 || lastModified <= latest,
				doneSuffix,
				limit: maxObjects,
			},
			start: startOf(params),
			startOver,
			statePlace: { bucket: ownBucket, prefix: prefixIn(connection, ownBucket), name: nameOf(workflow, node) },
			maxInline,
		},
		isEach: executions === 'each',
		additions: {
			metadata: join.includes('metadata'),
			tags: join.includes('tags'),
			...(join.includes('content') && { contentField: binaryPropertyName || 'data' }),
			maxContent: maxContentMib * MiB,
		},
		gates: {
			mark: markIn(options.skipMetadata),
			writer: options.ignoreOwnWrites ? workflow : undefined,
			waitsForScan: onlyClean,
			events: new Set(events),
		},
	};
};
