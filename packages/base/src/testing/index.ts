export { ManualClock } from './manual-clock.ts';
export { snappy } from './snappy-reference.ts';
export { waitFor } from './wait-for.ts';
