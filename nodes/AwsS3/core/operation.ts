import type { IBinaryKeyData, IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import type { S3 } from '../s3/client/client';
import type { MemoryBudget } from '../s3/flow/memoryBudget';
import type { AnyParams, Field, Params } from './field';
import type { PermissionOption } from './permissionOptions';

/** The key under which an output carries its binary fields. */
export const binaryFields = Symbol('binaryFields');

/** The key under which an output of joined items gives the number of its item among them. */
export const ofItem = Symbol('ofItem');

/** One output item: its JSON and, optionally, its binary fields. */
export type Output = object & { [binaryFields]?: IBinaryKeyData; [ofItem]?: number };

/**
 * The resource that a permission applies to: the bucket, its objects, the KMS key that encrypts them, the states of triggers in the
 * bucket, the queue of a trigger, or everything.
 */
export type Target = 'bucket' | 'object' | 'kmsKey' | 'triggerState' | 'queue' | '*';

/** A permission that an operation or trigger needs. */
export interface Permission {
	/** An IAM action, such as `s3:GetObject`. */
	action: string;
	on: Target;
	/** The condition for needing it, such as "with an ACL". Always needed if absent. */
	when?: string;
	/** The feature that needs it if a run with defaults does not. Generated policies omit it. */
	option?: PermissionOption;
	/** Needed only if this parameter has this value. */
	only?: { parameter: string; value: string };
}

/** What `execute` receives besides the parameters. */
export interface Context {
	s3: S3;
	/** The second connection, if *Destination* is set to another one. */
	destination?: S3;
	n8n: IExecuteFunctions;
	signal: AbortSignal;
	/** Limits the memory of all items of the execution together. */
	budget: MemoryBudget;
	/** All operations, for operations that describe others, such as the policy generator. */
	operations: Operation[];
	/** Shows a hint in the output pane. Repeated hints appear once. */
	hint: (message: string) => void;
}

export interface ItemContext<P> extends Context {
	params: P;
	item: INodeExecutionData;
	/** All items of this call: `item` alone, or those that `together` joins. */
	items: INodeExecutionData[];
	/** The parameters of each of these. */
	paramsOfItems: P[];
	itemIndex: number;
}

export interface BatchContext<P> extends Context {
	batch: P[];
}

type Effect = 'read' | 'write' | 'destructive';

/** An operation handles one item at a time, or sends many items in one request. */
type Work<P> =
	| {
			/** Handles one item. The runner explains thrown errors to the user. */
			execute(context: ItemContext<P>): Promise<Output | Output[]> | AsyncIterable<Output>;
			/** One call handles all items with the same result. Undefined: a separate call. */
			together?(params: P): string | undefined;
			batch?: undefined;
	  }
	| {
			execute?: undefined;
			together?: undefined;
			batch: {
				/** The maximum of items per request. */
				size: number;
				/** Returns the batch key of an item: items with the same key may share a request. */
				together(params: P): string;
				/** Returns the output or the error of each item, in the order of the batch. */
				execute(context: BatchContext<P>): Promise<Array<Output | Error>>;
			};
	  };

/** Names of parameters: of a bucket, and of a key or a folder in it. */
export interface Place {
	bucket: string;
	key: string;
	isFolder?: boolean;
	/** Whether it is a prefix, which can be empty or end without a slash. */
	isPrefix?: boolean;
}

/** One operation of the node: its texts and fields, its IAM permissions, and its code. */
export type Operation<P = AnyParams, Fs extends Field[] = Field[]> = Work<P> & {
	resource: string;
	/** The id that workflows save. It never changes. */
	operation: string;
	/** Title Case, without the resource. */
	name: string;
	/** A sentence, with the resource. */
	action: string;
	description: string;
	fields: Fs;
	permissions: Permission[];
	effect: Effect;
	/** The names of the parameters with the bucket and the key, or folder, that an item writes. */
	writesTo?: Place;
	/** The same for what an item copies or moves, which another item must not replace in the meantime. */
	copiesFrom?: Place;
	/** Default concurrency, for operations that send many requests or buffer much data per item. */
	itemsAtOnce?: number;
};

/** Returns the definition unchanged; checks its type, with parameters typed by its fields. */
export const operation = <const Fs extends Field[]>(definition: Operation<Params<Fs>, Fs>): Operation => definition;
