export { BlockUnreachableError } from './block/block-unreachable.ts';
export {
  type Ages,
  longestAgeMs,
  type RetentionRules,
  rawRetention,
  type SeriesRetention,
  type TenantRetention,
  tieredRetention,
} from './compact/retention.ts';
export type {
  AppendOutcome,
  BatchOrigin,
  CleaningOutcome,
  DeletionOutcome,
  Engine,
  EngineStats,
  LeavingSamples,
  PlaceStats,
  RefusalReason,
  RestoredBlock,
  RestoreOutcome,
  RetentionReport,
  SnapshotOutcome,
} from './engine.ts';
export type { EngineOptions } from './engine-options.ts';
export { DEFAULT_LIMITS, type EngineLimits, type TenantLimits } from './limits.ts';
export * from './model/index.ts';
export { openEngine } from './open-engine.ts';
export type { PlaceSettings } from './place/open-places.ts';
export { type PlaceAge, PlaceMissingError } from './place/place.ts';
export { type BudgetShare, QueryBudget, type QueryEnd, QueryEndedError, type QueryLimits } from './query/budget.ts';
export { fanOut } from './query/fan-out.ts';
export { describeMissing, joinMissing, type MissingStretch } from './query/missing.ts';
export type {
  CountRequest,
  Queryable,
  Reduction,
  RolledRequest,
  SelectedSeries,
  SelectRequest,
  SeriesCounts,
  Tiers,
  ValueFacts,
} from './query/queryable.ts';
export { visitSeries } from './query/visit-series.ts';
export { visitWindows, type WindowRequest } from './query/visit-windows.ts';
export type { Deletion } from './tombstones/tombstone.ts';
