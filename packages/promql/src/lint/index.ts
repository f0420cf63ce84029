/** What is wrong, or likely not meant, in an expression, and how to put it right. */
export { type Facts, type MetricFacts, metricsIn } from './facts.ts';
export type { Finding, FindingCode, Fix } from './finding.ts';
export { type LintOptions, lint } from './lint.ts';
export { mistakeOf } from './mistake.ts';
