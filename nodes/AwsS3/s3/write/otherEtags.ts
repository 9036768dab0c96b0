import { namespaceOf } from '../capabilities';
import type { S3 } from '../client/client';
import { recentNames } from '../flow/recentNames';

const names = recentNames(1000);

const nameOf = ({ connection }: S3, bucket: string) => `${namespaceOf(connection)} ${bucket}`;

/** Remembers that the ETags of a bucket are no MD5s, although they look like it: it encrypts, and the server does not show it. */
export const learnOtherEtags = (s3: S3, bucket: string) => names.add(nameOf(s3, bucket));

/** Whether the ETags of a bucket are known to be no MD5s. */
export const hasOtherEtags = (s3: S3, bucket: string): boolean => names.has(nameOf(s3, bucket));
