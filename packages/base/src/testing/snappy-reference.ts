import { createRequire } from 'node:module';

/** Another implementation of snappy, which has no types of its own. */
export const snappy: { compress(bytes: Uint8Array): Uint8Array; uncompress(bytes: Uint8Array): Uint8Array } = createRequire(
  import.meta.url,
)('snappyjs');
