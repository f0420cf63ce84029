export { MemoryQueryable } from './memory-queryable.ts';
export { type Dialect, HISTOGRAMS_TOO, randomVector, WHOLE_LANGUAGE, WITHOUT_BOUNDS } from './random-expressions.ts';
export { type RandomTable, randomTable, type Sample, TABLE_MS } from './random-table.ts';
export { rolledQueryable } from './rolled-queryable.ts';
export { runScript, type ScriptFailure, type ScriptResult } from './run-script.ts';
export { ScriptError } from './script.ts';
export { type Agreed, askBoth, DAY_MS, DAYS, type RolledSample, randomSamples, tableOf } from './tier-agreement.ts';
