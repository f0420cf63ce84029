// Functions of windows over one series' values: what the evaluator of packages/promql does window by window, in plain TypeScript.
export { maxWindows, minWindows } from './extremes';
export { counterGrowth, gaugeGrowth } from './growth';
export { ANSWERS, FACTOR, FROM, PER, SAMPLED, SAMPLES_MAX, TO, TO_END, TO_START, VALUES, WINDOWS_MAX } from './memory';
export { meanWindows, sumWindows } from './sums';
