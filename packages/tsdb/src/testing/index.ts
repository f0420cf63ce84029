export { randomHistogram } from './random-histogram.ts';
