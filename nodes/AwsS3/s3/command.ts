import type {
	$Command as AnyCommand,
	S3ClientResolvedConfig,
	ServiceInputTypes,
	ServiceOutputTypes,
} from '@aws-sdk/client-s3';

/** An SDK command, by its input and output types. */
export type Command<I extends ServiceInputTypes, O extends ServiceOutputTypes> = AnyCommand<
	I,
	O,
	S3ClientResolvedConfig,
	ServiceInputTypes,
	ServiceOutputTypes
>;

/** Sends a command. */
export type Send = <I extends ServiceInputTypes, O extends ServiceOutputTypes>(command: Command<I, O>) => Promise<O>;

/** The operation of the S3 API, from the name of the class. A bundler may append a number to it. */
export const operationOf = (command: object): string => command.constructor.name.replace(/Command\d*$/, '');

/** The bucket of an input; undefined for requests without one. */
export const bucketIn = (input: object): string | undefined =>
	'Bucket' in input && typeof input.Bucket === 'string' ? input.Bucket : undefined;
