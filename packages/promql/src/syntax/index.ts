/** Browser-safe: the language, without its evaluation. */
export * from './ast.ts';
export { metricNameOf, nameOf, typeOf } from './check.ts';
export { formatDuration, formatNumber, parseDuration, parseNumber } from './numbers.ts';
export { lineAndColumn, ParseError } from './parse-error.ts';
export { parse, parseMetricSelector } from './parser.ts';
export { format, isBareMetric, writtenLabel } from './print.ts';
export { isLabelName } from './selector.ts';
export { SIGNATURES, type Signature } from './signatures.ts';
export { quote } from './strings.ts';
export { type Threshold, thresholdOf } from './threshold.ts';
export { AGGREGATORS, type Aggregator, BINARY_OPERATORS, type BinaryOperator, type Span } from './token.ts';
