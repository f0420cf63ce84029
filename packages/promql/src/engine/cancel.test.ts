import { systemClock } from '@tidemark/base';
import { QueryBudget, QueryEndedError } from '@tidemark/tsdb';
import { Labels } from '@tidemark/tsdb/model';
import { expect, test } from 'vitest';
import { parse } from '../syntax/parser.ts';
import { MemoryQueryable } from '../testing/memory-queryable.ts';
import { evaluateRange } from './evaluate.ts';
import { SLICE_SAMPLES } from './limits.ts';

/**
 * A query ends where it asks its budget. So that this is soon, whatever it does must ask after so many samples: a slice of them takes some
 * milliseconds. Asked is counted here, not measured in time.
 */
class CountingBudget extends QueryBudget {
  asked = 0;
  readonly #cancelAt: number;
  readonly #gone: AbortController;

  constructor(cancelAt = Number.POSITIVE_INFINITY) {
    const gone = new AbortController();
    super({ deadlineMs: 600_000, samplesMax: 1e9, seriesMax: 1e6 }, systemClock, gone.signal);
    this.#gone = gone;
    this.#cancelAt = cancelAt;
  }

  override check(): void {
    if (++this.asked === this.#cancelAt) this.#gone.abort();
    super.check();
  }

  override async breathe(): Promise<void> {
    this.check();
  }
}

const SERIES = 400;
const STEPS = 600;
const RANGE = { startMs: 600_000, endMs: 600_000 + (STEPS - 1) * 1_000, stepMs: 1_000 };

const table = new MemoryQueryable();
for (let i = 0; i < SERIES; i++) {
  const labels = Labels.from({ __name__: 'x', i: String(i), g: String(i % 10), le: String(i % 20) });
  for (let timeMs = 0; timeMs <= 1_200_000; timeMs += 60_000) table.append(labels, timeMs, (i * timeMs) % 977);
}

async function run(text: string, budget: CountingBudget): Promise<number> {
  const { value } = await evaluateRange({ expr: parse(text), tenant: 'default', queryable: table, budget, ...RANGE });
  return value.kind === 'matrix' ? value.series.length : 1;
}

async function asked(text: string): Promise<number> {
  const budget = new CountingBudget();
  await run(text, budget);
  return budget.asked;
}

/** How often what is done with x asks, beyond what reading x and summing up takes: once for each series. */
async function askedItself(text: string): Promise<number> {
  const results = await run(text, new CountingBudget());
  return (await asked(`sum(${text})`)) - (await asked('sum(x)')) + SERIES - results;
}

test.each([
  '-x',
  'x + 1',
  'x > bool 1',
  'x + on (i) x',
  'sum by (g) (x) * on (g) group_right () x',
  'x and on (i) x',
  'x unless on (i) x',
  'x or on (i) x',
  'round(x)',
  'clamp(x, 1, 100)',
  'hour(x)',
  'timestamp(-x)',
  'absent(-x)',
  'vector(scalar(-x))',
  'label_replace(x, "a", "$1", "i", "(.*)")',
  'label_join(x, "a", "-", "i", "g")',
  'histogram_quantile(0.9, x)',
  'quantile(0.9, x)',
  'stddev by (g) (x)',
  'count_values("v", x)',
  'limitk(10, x)',
  'limit_ratio(0.5, x)',
  'sort(x)',
  'group by (i) (x)',
])('%s asks whether it is to go on', async (text) => {
  expect(await askedItself(text)).toBeGreaterThanOrEqual((SERIES * STEPS) / SLICE_SAMPLES / 2);
});

test.each([
  'histogram_quantile(0.9, sum by (g, le) (rate(x[5m])))',
  'topk(5, x) / on (i) x or count_values("v", -x)',
  'quantile_over_time(0.5, x{g="1"}[1m:10s])',
])('%s ends at the next moment at which it asks, whenever it is canceled', async (text) => {
  const whole = await asked(text);
  for (const share of [0, 0.3, 0.7, 0.99]) {
    const cancelAt = Math.max(1, Math.floor(share * whole));
    const budget = new CountingBudget(cancelAt);
    await expect(run(text, budget)).rejects.toThrow(QueryEndedError);
    // Both sides of an operator are under way.
    expect(budget.asked - cancelAt).toBeLessThanOrEqual(2);
  }
});
