import type { ObjectStore } from './object-store.ts';
import type { S3Settings } from './s3-store.ts';

/** The SDK is loaded where it is needed only: it takes 100 ms and some megabytes of each thread. */
export async function openS3Store(settings: S3Settings): Promise<ObjectStore> {
  const { S3Store } = await import('./s3-store.ts');
  return new S3Store(settings);
}
