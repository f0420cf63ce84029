export { AssertionError, assert, unreachable } from './assert.ts';
export { ByteReader, ByteWriter } from './bytes.ts';
export { type Clock, type Millis, systemClock } from './clock.ts';
export { CorruptionError } from './corruption.ts';
export { crc32c } from './crc32c.ts';
export { formatDuration, parseDurationMs } from './duration.ts';
export { type Prng, prng } from './prng.ts';
export { release } from './release.ts';
export { sortInSlices } from './sort-in-slices.ts';
