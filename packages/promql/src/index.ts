export { evaluateInstant, evaluateRange, type InstantRequest, type QueryRequest, type RangeRequest } from './engine/evaluate.ts';
export { LOOKBACK_MS } from './engine/limits.ts';
export { QueryError } from './engine/query-error.ts';
export type { Annotations, MatrixSeries, QueryOutcome, QueryValue, VectorSample } from './engine/value.ts';
export * from './syntax/index.ts';
