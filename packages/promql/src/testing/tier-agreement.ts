import { type Millis, type Prng, systemClock } from '@tidemark/base';
import { type Queryable, QueryBudget } from '@tidemark/tsdb';
import { Labels } from '@tidemark/tsdb/model';
import { evaluateRange, type QueryRequest } from '../engine/evaluate.ts';
import type { QueryOutcome, Stretch } from '../engine/value.ts';
import { parse } from '../syntax/parser.ts';
import { MemoryQueryable } from './memory-queryable.ts';

/** Whether answers from what is rolled up are those from raw samples: over four days, random series and random queries that fit windows. */

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
export const DAY_MS = 24 * HOUR_MS;
export const WIDTHS_MS = [MINUTE_MS, 5 * MINUTE_MS, HOUR_MS, DAY_MS];
export const DAYS = 4;

export interface RolledSample {
  readonly labels: Labels;
  readonly atMs: Millis;
  readonly value: number | 'stale';
}

/** Counters with resets and gauges, with gaps, stale markers, NaN, and series that begin late or end early. `unit`: of which values are parts. */
export function randomSamples(random: Prng, unit: number, intervalsMs: readonly Millis[], baseMs: Millis): RolledSample[] {
  const samples: RolledSample[] = [];
  for (let i = 0; i < 6; i++) {
    const isCounter = i < 3;
    const labels = Labels.from({ __name__: isCounter ? 'x_total' : 'y', i: String(i), parity: i % 2 === 0 ? 'even' : 'odd' });
    const intervalMs = random.pick(intervalsMs);
    let value = 0;
    const endMs = random.chance(0.3) ? random.int(0, DAYS * DAY_MS) : DAYS * DAY_MS;
    let last = 0;
    for (let timeMs = random.chance(0.3) ? random.int(0, DAY_MS) : random.int(0, intervalMs); timeMs < endMs; timeMs += intervalMs) {
      if (random.chance(0.05)) continue;
      const at = random.chance(0.1) ? Math.round(timeMs / MINUTE_MS) * MINUTE_MS : timeMs + random.int(-200, 200);
      if (isCounter) value = random.chance(0.001) ? random.int(0, 3) : value + random.int(0, 20);
      else if (value === 0 || random.chance(0.7)) value = random.int(1, 1000) * (i === 5 ? -1 : 1);
      const odd = !isCounter && i === 5 && random.chance(0.002);
      const sample = random.chance(0.01) ? ('stale' as const) : odd ? Number.NaN : value / unit;
      if (at > last) samples.push({ labels, atMs: baseMs + at, value: sample });
      last = Math.max(last, at);
      if (random.chance(0.002)) timeMs += random.int(0, 5 * HOUR_MS);
    }
  }
  return samples.sort((a, b) => a.atMs - b.atMs);
}

export function tableOf(samples: readonly RolledSample[]): MemoryQueryable {
  const table = new MemoryQueryable();
  for (const { labels, atMs, value } of samples) table.append(labels, atMs, value);
  return table;
}

const EXACT = [
  ...['rate', 'increase', 'delta', 'resets', 'changes'],
  ...['count', 'min', 'max', 'sum', 'avg', 'first', 'last', 'present', 'absent', 'ts_of_first', 'ts_of_last'].map(
    (name) => `${name}_over_time`,
  ),
];
const BOUNDED = ['quantile_over_time', 'stddev_over_time', 'stdvar_over_time'];

/** A function of a selector, aligned to `widthMs`; or that selector's newest samples; or what is made of several. */
function randomQuery(random: Prng, widthMs: Millis, baseMs: Millis): string {
  const times = (ms: number) => `${ms / 1000}s`;
  const name = random.pick(['x_total', 'y', 'y{parity="odd"}', '{i=~"1|4"}']);
  const offset = random.chance(0.2) ? ` offset ${times(random.int(-3, 5) * widthMs)}` : '';
  const pin = random.chance(0.1) ? ` @ ${(baseMs + random.int(1, Math.floor((DAYS * DAY_MS) / widthMs)) * widthMs) / 1000}` : '';
  const range = times(random.pick([1, 1, 2, 3, 12]) * widthMs);
  const call = (what: string) => {
    const parameter = what === 'quantile_over_time' ? `${random.pick([0, 0.1, 0.5, 0.95, 0.99, 1])}, ` : '';
    return `${what}(${parameter}${name}[${range}]${pin}${offset})`;
  };
  switch (random.int(0, 9)) {
    case 0:
      return `${name}${pin}${offset}`;
    case 1:
      return `timestamp(${name}${offset})`;
    case 2:
      return `sum by (parity) (${call(random.pick(EXACT))})`;
    case 3:
      return `max_over_time(${call(random.pick(['rate', 'increase', 'max_over_time']))}[${times(4 * widthMs)}:${times(widthMs)}])`;
    case 4:
      return `${call('rate')} / on (i) ${call('count_over_time')}`;
    case 5:
      return call(random.pick(BOUNDED));
    default:
      return call(random.pick(EXACT));
  }
}

export interface Agreed {
  /** Points of each class that agree. */
  exact: number;
  bounded: number;
  /** Between two stretches of one answer. */
  seams: number;
  /** What does not, in words. */
  readonly differences: string[];
}

type Asked = Pick<QueryRequest, 'queryable' | 'leaves'>;

export interface Compared {
  readonly rolled: Asked;
  readonly raw: Queryable;
  /** Of which everything is a multiple of a day. */
  readonly baseMs: Millis;
  /** Values are parts of ten, so that adding them up rounds. */
  readonly isRounded: boolean;
}

/** Asks both one random query; points whose stretch is exact are the same, to the bit unless sums round; bounded ones within their error. */
export async function askBoth({ rolled, raw, baseMs, isRounded }: Compared, random: Prng, agreed: Agreed): Promise<void> {
  const widthMs = random.pick(WIDTHS_MS.slice(1));
  const text = randomQuery(random, widthMs, baseMs);
  const count = Math.min(random.int(1, 60), Math.floor((3 * DAY_MS) / widthMs));
  const stepMs = widthMs * random.int(1, Math.max(1, Math.floor((3.5 * DAY_MS) / widthMs / count)));
  const startMs = baseMs + random.int(0, 2) * widthMs + DAY_MS / 2 - ((DAY_MS / 2) % widthMs);
  const ask = (asked: Asked) =>
    evaluateRange({
      ...{ expr: parse(text), text, tenant: 'default', startMs, endMs: startMs + (count - 1) * stepMs, stepMs, ...asked },
      budget: new QueryBudget({ deadlineMs: 1e9, samplesMax: 1e9, seriesMax: 1e9 }, systemClock),
    });
  const outcome = await ask(rolled);
  agreed.seams += outcome.stretches.length - 1;
  const found = pointsOf(outcome);
  for (const [key, { timeMs, value }] of pointsOf(await ask({ queryable: raw }))) {
    const { class: how, error } = stretchAt(outcome, timeMs);
    const answer = found.get(key)?.value;
    found.delete(key);
    if (how === 'approximate' || how === 'impossible') continue;
    const isSame = isRounded ? isWithin(answer, value, 1e-10) : Object.is(answer, value);
    if (how === 'exact' ? isSame : isWithin(answer, value, error ?? 0)) agreed[how]++;
    else agreed.differences.push(`${text} from ${startMs} each ${stepMs}, ${key}: ${answer} and not ${value}`);
  }
  for (const [key, { timeMs }] of found) {
    if (stretchAt(outcome, timeMs).class === 'exact') agreed.differences.push(`${text} from ${startMs} each ${stepMs}, ${key}: not there`);
  }
}

function pointsOf({ value }: QueryOutcome): Map<string, { timeMs: Millis; value: number }> {
  const series = value.kind === 'matrix' ? value.series : [];
  return new Map(
    series.flatMap(({ labels, times, values }) =>
      Array.from(times, (timeMs, i) => [`${labels} ${timeMs}`, { timeMs, value: values[i] }] as const),
    ),
  );
}

function stretchAt({ stretches }: QueryOutcome, timeMs: Millis): Stretch {
  return stretches.find(({ fromMs, toMs }) => fromMs <= timeMs && timeMs <= toMs) as Stretch;
}

function isWithin(a: number | undefined, b: number, share: number): boolean {
  return Object.is(a, b) || (a !== undefined && Math.abs(a - b) <= share * Math.abs(b) + 1e-9);
}
