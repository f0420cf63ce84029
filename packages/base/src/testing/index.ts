export { ManualClock } from './manual-clock.ts';
export { waitFor } from './wait-for.ts';
