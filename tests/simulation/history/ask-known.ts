import { type Millis, systemClock } from '@tidemark/base';
import { evaluateRange, parse, type Stretch } from '@tidemark/promql';
import { type Queryable, QueryBudget } from '@tidemark/tsdb';
import { KNOWN, type KnownSeries, queryOf } from './known-series.ts';

export interface KnownQuestion {
  readonly queryable: Queryable;
  readonly series: KnownSeries;
  /** A key of `KNOWN`. */
  readonly known: string;
  readonly widthMs: Millis;
  readonly startMs: Millis;
  readonly endMs: Millis;
  readonly stepMs: Millis;
}

export interface KnownAnswer {
  /** Steps whose value is as it is known to be. */
  readonly right: number;
  /** What is not, in words. */
  readonly wrong: readonly string[];
  readonly stretches: readonly Stretch[];
}

/** Asks the engine what is known of the series: exact where it says so, but for the rounding of sums; within its error where it states one. */
export async function askKnown({ queryable, series, known, widthMs, startMs, endMs, stepMs }: KnownQuestion): Promise<KnownAnswer> {
  const text = queryOf(known, String(series.labels), widthMs);
  const budget = new QueryBudget({ deadlineMs: 600_000, samplesMax: 1e9, seriesMax: 1e6 }, systemClock);
  const expr = parse(text);
  const { value, stretches, missing } = await evaluateRange({ expr, text, tenant: 'default', queryable, budget, startMs, endMs, stepMs });
  const wrong = missing.map(({ fromMs, toMs }) => `${text}: nothing could be read from ${fromMs} to ${toMs}`);
  const found = value.kind === 'matrix' ? value.series.flatMap(({ times, values }) => Array.from(times, (at, i) => [at, values[i]])) : [];
  const answers = new Map(found as [Millis, number][]);
  let right = 0;
  for (let atMs = startMs; atMs <= endMs; atMs += stepMs) {
    const expected = KNOWN[known](series, atMs, widthMs);
    const answer = answers.get(atMs) ?? null;
    const stretch = stretches.find(({ fromMs, toMs }) => fromMs <= atMs && atMs <= toMs) as Stretch;
    const share = stretch.class === 'bounded' ? (stretch.error as number) : stretch.class === 'exact' ? ROUNDING : null;
    if (answer === expected || (share !== null && answer !== null && expected !== null && isWithin(answer, expected, share))) right++;
    else wrong.push(`${text} at ${new Date(atMs).toISOString()}: ${answer} and not ${expected} (${JSON.stringify(stretch)})`);
  }
  return { right, wrong, stretches };
}

/** Parts of ten have no end in binary: sums of them, and what is divided, may differ in their last bits. */
const ROUNDING = 1e-12;

function isWithin(answer: number, expected: number, share: number): boolean {
  return Math.abs(answer - expected) <= share * Math.abs(expected);
}
