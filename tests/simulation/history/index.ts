export { askKnown, type KnownAnswer } from './ask-known.ts';
export { counter, type KnownSeries, knownOf, wave } from './known-series.ts';
export { DAY_MS, HOUR_MS, Life } from './life.ts';
