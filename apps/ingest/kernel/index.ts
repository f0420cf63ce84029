// The way from a request's body to columns. The host (src/kernel) reads whatever is unusual or broken by itself.
export { left } from './arena';
export { setSeed } from './bytes';
export { exemplars, histograms } from './counts';
export {
  BODY,
  BODY_BYTES_MAX,
  MESSAGE,
  METADATA,
  METADATA_NUMBERS_MAX,
  NEW,
  NUMBERS,
  SAMPLES_MAX,
  TIMES,
  VALUES,
} from './memory';
export { metadataCount } from './metadata';
export { readRequest1 } from './remote-write-1';
export { readRequest2 } from './remote-write-2';
export { begin } from './request';
export { sampleCount } from './samples';
export { addedCount, refuse, seenCount } from './series';
export { decompress } from './snappy';
