import { type Millis, systemClock } from '@tidemark/base';
import { type Queryable, QueryBudget } from '@tidemark/tsdb';
import { DEFAULT_TENANT, type Labels } from '@tidemark/tsdb/model';
import type { QueryFeatures } from '../engine/context.ts';
import { evaluateInstant, evaluateRange } from '../engine/evaluate.ts';
import { QueryError } from '../engine/query-error.ts';
import type { QueryOutcome } from '../engine/value.ts';
import { ParseError } from '../syntax/parse-error.ts';
import { parse } from '../syntax/parser.ts';
import { compareFailure, compareOutcome } from './compare.ts';
import { MemoryQueryable, type TableSample } from './memory-queryable.ts';
import { type Evaluation, parseScript } from './script.ts';
import type { NotedValue } from './series-notation.ts';

export interface ScriptResult {
  readonly passed: number;
  readonly failures: readonly ScriptFailure[];
}

export interface ScriptFailure {
  readonly line: number;
  readonly expr: string;
  readonly reason: string;
}

const LIMITS = { deadlineMs: 60_000, samplesMax: 50_000_000, seriesMax: 1_000_000 };

/** What a script loads its samples into. */
export interface ScriptStore {
  /** `startMs`: of the series, as the sample tells it; 0 for none. */
  append(labels: Labels, timeMs: Millis, sample: TableSample, startMs: Millis): void;
  clear(): void | Promise<void>;
  /** Has what was appended until now. */
  queryable(): Queryable | Promise<Queryable>;
}

/**
 * Runs a `.test` script, against a table in memory if nothing else is said, with the features that Prometheus runs its own with when none
 * are given. Throws `ScriptError` when the script itself is wrong.
 */
export async function runScript(
  text: string,
  features: QueryFeatures = { delayedNameRemoval: true, startTimestamps: true },
  store: ScriptStore = tableStore(),
): Promise<ScriptResult> {
  const failures: ScriptFailure[] = [];
  let passed = 0;
  for (const command of parseScript(text)) {
    if (command.kind === 'clear') await store.clear();
    else if (command.kind === 'load') {
      for (const { labels, values, starts } of command.series) {
        for (const [i, value] of values.entries()) {
          const timeMs = i * command.stepMs;
          const afterMs = starts?.[i] ?? null;
          const sample = sampleOf(value);
          if (sample !== null) store.append(labels, timeMs, sample, afterMs === null ? 0 : timeMs + afterMs);
        }
      }
    } else {
      const reason = await judge(command, await store.queryable(), features);
      if (reason === null) passed++;
      else failures.push({ line: command.line, expr: command.expr, reason });
    }
  }
  return { passed, failures };
}

function sampleOf(value: NotedValue): TableSample | null {
  if (value.kind === 'number') return value.value;
  if (value.kind === 'histogram') return value.histogram;
  return value.kind === 'stale' ? 'stale' : null;
}

function tableStore(): ScriptStore {
  const table = new MemoryQueryable();
  return { append: (...sample) => table.append(...sample), clear: () => table.clear(), queryable: () => table };
}

/** Null when the evaluation gives what is expected, otherwise why not. */
async function judge(command: Evaluation, queryable: Queryable, features: QueryFeatures): Promise<string | null> {
  let outcome: QueryOutcome;
  try {
    outcome = await run(command, queryable, features);
  } catch (error) {
    if (error instanceof ParseError) return compareFailure(command, error.describe(command.expr));
    if (error instanceof QueryError) return compareFailure(command, error.message);
    return `broke: ${(error as Error).stack}`;
  }
  return compareOutcome(command, outcome);
}

async function run(command: Evaluation, queryable: Queryable, features: QueryFeatures): Promise<QueryOutcome> {
  const { expr: text, startMs, range } = command;
  const budget = new QueryBudget(LIMITS, systemClock);
  const request = { expr: parse(text), text, tenant: DEFAULT_TENANT, queryable, budget, features };
  if (range === null) return evaluateInstant({ ...request, atMs: startMs });
  return evaluateRange({ ...request, startMs, endMs: range.endMs, stepMs: range.stepMs });
}
