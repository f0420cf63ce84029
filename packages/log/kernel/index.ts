// A record's samples between columns and bytes. The host (src/record) reads whatever is unusual or broken by itself.
export { decodeGroups } from './decode';
export { encodeGroups } from './encode';
export { BYTES, BYTES_MAX, END, GROUP_ENDS, GROUP_TIMES, NUMBERS, SAMPLES_MAX, TIMES, VALUES } from './memory';
export { setSeed } from './time-groups';
