import type { Prng } from '@tidemark/base';
import { Labels } from '@tidemark/tsdb/model';
import { MemoryQueryable } from './memory-queryable.ts';

/** Series and expressions over them, for pairs that must agree. */

export interface Sample {
  readonly timeMs: number;
  readonly value: number;
}

/** Scraped every 15 s with jitter, gaps, stale markers, NaN, and counters that are reset. */
export function randomTable(random: Prng): { table: MemoryQueryable; samples: Map<Labels, Sample[]> } {
  const table = new MemoryQueryable();
  const samples = new Map<Labels, Sample[]>();
  for (const name of ['x_total', 'y']) {
    for (let i = 0; i < 4; i++) {
      const labels = Labels.from({ __name__: name, i: String(i), parity: i % 2 === 0 ? 'even' : 'odd' });
      const kept: Sample[] = [];
      let value = 0;
      for (let timeMs = random.int(0, 15_000); timeMs < 1_200_000; timeMs += 15_000) {
        if (random.chance(0.1)) continue;
        value = random.chance(0.05) ? random.int(0, 3) : value + random.int(0, 20);
        const at = timeMs + random.int(-200, 200);
        if (random.chance(0.03)) table.append(labels, at, 'stale');
        else {
          const noted = name === 'y' && random.chance(0.03) ? Number.NaN : value / 4;
          table.append(labels, at, noted);
          kept.push({ timeMs: at, value: noted });
        }
        if (random.chance(0.02)) timeMs += 400_000;
      }
      samples.set(labels, kept);
    }
  }
  return { table, samples };
}

/** Expressions over `randomTable`, of which many fail. */
export function randomVector(random: Prng, depth: number): string {
  const inner = () => randomVector(random, depth - 1);
  const leaf = () => random.pick(['x_total', 'y', 'y{i="1"}', 'x_total offset 1m', 'y @ 500', '{parity="even"}', 'vector(time())']);
  if (depth === 0) return leaf();
  const labels = random.pick(['', 'i', 'parity', 'i, parity', '__name__']);
  const operator = random.pick(['+', '-', '*', '/', '%', '^', '>', '<= bool', '==', '!=']);
  const number = random.pick(['0', '2', '-0.5', 'NaN', 'Inf']);
  switch (random.int(0, 9)) {
    case 0:
      return leaf();
    case 1:
      return `(${inner()} ${operator} ${number})`;
    case 2:
      return `(${inner()} ${operator} ${random.pick(['on', 'ignoring'])} (${labels}) ${random.pick(['', '', 'group_left (i)', 'group_right ()'])} ${inner()})`.replace(
        /on \(i[^)]*\) group_left \(i\)/,
        'on (i)',
      );
    case 3:
      return `(${inner()} ${random.pick(['and', 'or', 'unless'])} on (${labels}) ${inner()})`;
    case 4:
      return `${random.pick(['sum', 'avg', 'min', 'max', 'count', 'stddev', 'group'])} ${random.pick(['by', 'without'])} (${labels}) (${inner()})`;
    case 5:
      return `${random.pick(['topk', 'bottomk', 'limitk', 'quantile'])} by (${labels}) (${random.pick(['1', '2', 'scalar(y{i="1"})'])}, ${inner()})`;
    case 6:
      return `(${random.pick(['abs', 'ceil', 'sgn', 'timestamp', 'absent', 'sort', '-'])}(${inner()}))`;
    case 7:
      return `${random.pick(['rate', 'delta', 'irate', 'resets', 'avg_over_time', 'last_over_time', 'deriv'])}(${leaf()}[${random.pick(['1m', '170s:20s', '5m:'])}])`
        .replace(/(offset 1m|@ 500)(\[[^\]:]*\])/, '$2 $1')
        .replace('vector(time())[1m]', 'vector(time())[1m:10s]');
    default:
      return `${random.pick(['max_over_time', 'sum_over_time', 'increase', 'count_over_time'])}(${inner()}[${random.pick(['1m:15s', '3m:1m'])}])`;
  }
}
