export type { AppendOutcome, BatchOrigin, Engine, EngineStats, RefusalReason } from './engine.ts';
export * from './model/index.ts';
export { QueryBudget, type QueryEnd, QueryEndedError, type QueryLimits } from './query/budget.ts';
export type { Queryable, SelectedSeries, SelectRequest } from './query/queryable.ts';
