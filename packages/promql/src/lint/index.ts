/** What is wrong, or likely not meant, in an expression, and how to put it right. */
export { type Facts, type MetricFacts, metricsIn } from './facts.ts';
export { type Edit, type Finding, type FindingCode, type Fix, withEdits } from './finding.ts';
export { type LintOptions, lint } from './lint.ts';
export { mistakeOf } from './mistake.ts';
