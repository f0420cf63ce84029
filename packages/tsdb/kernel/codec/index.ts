// The block codec: chunks of one series to bytes and back. Its plain form is packages/tsdb/src/codec/adaptive.

export { estimateBeside, fillPrints, PRINTS, PRINTS_COUNT } from './integers-encode';
export { BYTES, ROOTS_MAX, SAMPLES_MAX, TIMES, VALUES } from './memory';
export { useRoot } from './root';
export { decodeTimes, encodeTimes } from './times';
export { decodeRoot, decodeValues } from './values-decode';
export { encodeValues, encodeValuesBeside, restsBeside } from './values-encode';
