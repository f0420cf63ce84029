// The way from a request's body to columns. The host (src/kernel) reads whatever is unusual or broken by itself.
export { left } from './arena';
export { setSeed } from './bytes';
export {
  BODY,
  BODY_BYTES_MAX,
  MESSAGE,
  NEW,
  NUMBERS,
  SAMPLES_MAX,
  TIMES,
  VALUES,
} from './memory';
export { exemplars, histograms, readRequest1 } from './remote-write-1';
export { sampleCount } from './samples';
export { addedCount, begin, refuse } from './series';
export { decompress } from './snappy';
