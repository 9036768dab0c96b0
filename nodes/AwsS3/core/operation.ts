import type { IBinaryKeyData, IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import type { S3 } from '../s3/client/client';
import type { MemoryBudget } from '../s3/flow/memoryBudget';
import type { AnyParams, Field, Params } from './field';

/** Under this key an output carries the binary fields that go with it. */
export const binaryFields = Symbol('binaryFields');

/** One item that an operation gives: its JSON, and its binary fields where it has some. */
export type Output = object & { [binaryFields]?: IBinaryKeyData };

/** What a permission applies to: the bucket, the objects in it, or everything. */
export type Target = 'bucket' | 'object' | '*';

export interface Permission {
	/** An action of IAM, such as `s3:GetObject`. */
	action: string;
	on: Target;
	/** When it is needed, if not always: "with an ACL". */
	when?: string;
	/** Left out of generated policies: only a choice that is not the default needs it, and it allows more than the operation. */
	notByDefault?: boolean;
	/** The value of a parameter that decides whether it is needed, where there is one. */
	only?: { parameter: string; value: string };
}

/** What an operation has at hand besides its parameters. */
export interface Context {
	s3: S3;
	/** The connection that the parameter *Destination* asks for, if it does. */
	destination?: S3;
	n8n: IExecuteFunctions;
	signal: AbortSignal;
	/** The memory that all items of the execution share for what they buffer. */
	budget: MemoryBudget;
	/** All operations, for those that speak of others. */
	operations: Operation[];
	/** Shows a remark beside the output; the same one is shown once. */
	hint: (message: string) => void;
}

export interface ItemContext<P> extends Context {
	params: P;
	item: INodeExecutionData;
	itemIndex: number;
}

export interface BatchContext<P> extends Context {
	batch: P[];
}

type Effect = 'read' | 'write' | 'destructive';

/** How the work is done: item by item, or many items in one request. */
type Work<P> =
	| {
			/** Handles one item. Whatever it throws is explained to the user by the runner. */
			execute(context: ItemContext<P>): Promise<Output | Output[]> | AsyncIterable<Output>;
			batch?: undefined;
	  }
	| {
			execute?: undefined;
			batch: {
				/** How many items one request takes. */
				size: number;
				/** Items with the same answer may travel together. */
				together(params: P): string;
				/** Gives the result or the failure of each item, in their order. */
				execute(context: BatchContext<P>): Promise<Array<Output | Error>>;
			};
	  };

/** One verb: what users see of it, what it needs, and what it does. */
export type Operation<P = AnyParams, Fs extends Field[] = Field[]> = Work<P> & {
	resource: string;
	/** The saved id. It never changes. */
	operation: string;
	/** Title Case, without the resource. */
	name: string;
	/** A sentence, with the resource. */
	action: string;
	description: string;
	fields: Fs;
	permissions: Permission[];
	effect: Effect;
	/** How many items are worked on at the same time, where one of them is work for many requests and much memory. */
	itemsAtOnce?: number;
};

/** Checks an operation against the contract, with the parameters typed by its fields. */
export const operation = <const Fs extends Field[]>(definition: Operation<Params<Fs>, Fs>): Operation => definition;
