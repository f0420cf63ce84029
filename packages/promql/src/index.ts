export { HISTOGRAM, NOTHING, NUMBER, type Series } from './engine/columns.ts';
export { evaluateInstant, evaluateRange, type InstantRequest, type QueryRequest, type RangeRequest } from './engine/evaluate.ts';
export { evaluateLeaf } from './engine/leaf/evaluate-leaf.ts';
export type { Leaf, LeafPart, LeafSource } from './engine/leaf/leaf.ts';
export { LOOKBACK_MS } from './engine/limits.ts';
export type { Note } from './engine/notes.ts';
export { QueryError } from './engine/query-error.ts';
export type { Annotations, MatrixSeries, QueryOutcome, QueryValue, VectorSample } from './engine/value.ts';
export * from './syntax/index.ts';
