// Functions of windows over one series' values: what the evaluator of packages/promql does window by window, in plain TypeScript.
export { changesWindows, resetsWindows } from './counts';
export { countWindows, lastWindows, newestGrowth } from './ends';
export { addExactly, THERE } from './exact-sums';
export { maxWindows, minWindows } from './extremes';
export { areFinite, hasNaN } from './finite';
export { counterGrowth, counterGrowthOf, findResets, gaugeGrowth } from './growth';
export { ANSWERS, lookAt, lookAtPacked, lookThrough, RESETS, SAMPLES_MAX, SORTED_MAX, VALUES, WINDOWS_MAX } from './memory';
export { leastUnits, pack, packedWidth, unpack } from './packed';
export { quantileWindows } from './quantiles';
export { meanWindows, sumWindows } from './sums';
export { varianceWindows } from './variances';
