import type { S3Client } from '@aws-sdk/client-s3';
import { constructStack } from '@smithy/core/client';
import type { HandlerExecutionContext, MiddlewareStack } from '@smithy/types';

/** Where the SDK runs middleware: in a step, or next to other middleware. */
interface Place {
	name?: string;
	step?: string;
	priority?: string;
	relation?: string;
	toMiddleware?: string;
}

interface Middleware {
	wrap: (next: unknown, context: HandlerExecutionContext) => unknown;
	/** The same text for the same place. */
	place: string;
}

const textOf = ({ name, step, priority, relation, toMiddleware }: Place) =>
	`${name} ${step} ${priority} ${relation} ${toMiddleware}`;

/** The middleware of a stack by its name, in the order in which it was added. */
const addedTo = <I extends object, O extends object>(stack: MiddlewareStack<I, O>) => {
	const added = new Map<string, Middleware>();
	const add = (middleware: (...all: never[]) => unknown, place: Place = {}) =>
		void added.set(place.name ?? '', {
			wrap: (...all) => Reflect.apply(middleware, undefined, all),
			place: textOf(place),
		});
	stack.applyToStack(Object.assign(constructStack<I, O>(), { add, addRelativeTo: add }));
	return added;
};

/** The names of the middleware of a stack in the order in which the SDK runs it. */
const namesIn = <I extends object, O extends object>(stack: MiddlewareStack<I, O>) =>
	stack.identify().map((text) => text.split(' ', 1).join());

/** Makes a client sort the middleware of its requests once for each kind of request, instead of for each request. */
const sortOnce = ({ middlewareStack: stack }: S3Client) => {
	const concat = stack.concat.bind(stack);
	const ofClient = addedTo(stack);
	const orders = new Map<string, string[]>();
	stack.concat = (command) => {
		const ofCommand = addedTo(command);
		const all = new Map([...ofClient, ...ofCommand]);
		const id = Array.from(ofCommand.values(), ({ place }) => place).join();
		const order = orders.get(id) ?? namesIn(concat(command)).reverse();
		if (order.length !== all.size) throw new Error(`The SDK has other middleware than ${[...all.keys()].join()}`);
		orders.set(id, order);
		const resolve = (send: unknown, context: HandlerExecutionContext) =>
			order.reduce((next, name) => {
				const middleware = all.get(name);
				if (!middleware) throw new Error(`The SDK has no middleware '${name}'`);
				return middleware.wrap(next, context);
			}, send);
		return Object.assign({}, command, { resolve });
	};
};

/** Makes a client create a signer once for each region and service, instead of for each request. */
const signOnce = ({ config }: S3Client) => {
	const { signer } = config;
	const signers = new Map<string, ReturnType<typeof signer>>();
	config.signer = async (scheme) => {
		const id = JSON.stringify(scheme);
		const known = signers.get(id) ?? signer(scheme);
		signers.set(id, known);
		return await known;
	};
};

/** Enough for V8 to notice which properties are read. */
const reads = 1000;

/**
 * The SDK copies all settings of its client three times for each request. V8 keeps the properties of an object that was built bit by
 * bit in a table, which it copies slowly, and puts them in order once code reads them through an object that inherits them.
 * https://v8.dev/blog/fast-properties
 */
const orderSettings = ({ config }: S3Client) => {
	const heir: Partial<S3Client['config']> = Object.create(config);
	const read = ({ region }: Partial<S3Client['config']>) => region;
	for (let count = 0; count < reads; count++) read(heir);
};

/**
 * Makes a client prepare once what the SDK would prepare for each request. For clients that get no more middleware after their
 * first request; commands may bring their own.
 */
export const prepareOnce = (client: S3Client) => {
	signOnce(client);
	sortOnce(client);
	orderSettings(client);
};
