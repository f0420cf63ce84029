export { MemoryQueryable } from './memory-queryable.ts';
export { randomTable, randomVector } from './random-queries.ts';
export { rolledQueryable } from './rolled-queryable.ts';
export { runScript, type ScriptFailure, type ScriptResult } from './run-script.ts';
export { ScriptError } from './script.ts';
export { type Agreed, askBoth, DAY_MS, DAYS, randomSamples, tableOf } from './tier-agreement.ts';
