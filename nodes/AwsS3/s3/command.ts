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
