import { type Prng, prng, systemClock } from '@tidemark/base';
import { QueryBudget, QueryEndedError } from '@tidemark/tsdb';
import { Labels } from '@tidemark/tsdb/model';
import { expect, test } from 'vitest';
import { ParseError } from '../syntax/parse-error.ts';
import { parse } from '../syntax/parser.ts';
import { MemoryQueryable } from '../testing/memory-queryable.ts';
import { evaluateInstant, evaluateRange } from './evaluate.ts';
import { QueryError } from './query-error.ts';

/** Ten thousand expressions that nobody means well with: each is answered or refused, within its limits, and nothing else happens. */

const table = new MemoryQueryable();
for (let i = 0; i < 20; i++) {
  const labels = Labels.from({ __name__: 'x', i: String(i), le: i === 19 ? '+Inf' : String(i), text: `${'a'.repeat(i * 20)}!` });
  for (let timeMs = 0; timeMs <= 600_000; timeMs += 15_000) table.append(labels, timeMs, i * timeMs);
}

const repeat = (random: Prng, text: string, most = 400) => text.repeat(random.int(1, most));
const number = (random: Prng) =>
  random.pick([
    '0',
    '-1',
    '1e308',
    '-1e308',
    '1e-320',
    'NaN',
    'Inf',
    '-Inf',
    '9223372036854775808',
    '0x7fffffffffffffff',
    '1_0',
    '5m',
    '99999999999y',
  ]);
const duration = (random: Prng) =>
  random.pick([
    '1ms',
    '5m',
    '1y',
    '290y',
    '999999999999999999999y',
    '0s',
    '-5m',
    '1e300',
    '5m ^ 9',
    'step()',
    'range() / 0',
    '1d - 1d',
    'max_of(1s, 2s)',
  ]);
const name = (random: Prng) => random.pick(['x', 'x', 'x', 'y', '{i=~".+"}', '{"x"}', 'x{i=~"1.*"}', '{__name__=~".*"}', '']);

/** Backtracking engines take for ever over some of these; others want much memory. */
function pattern(random: Prng): string {
  const evil = [
    '(a+)+$',
    '(a|aa)*b',
    '(.*)*=.*',
    '((a*)*)*c',
    '^(([a-z])+.)+[A-Z]([a-z])+$',
    'a{1000}',
    '(a{1,1000}){1,1000}',
    '((a{100}){100}){100}',
    '(x+x+)+y',
    '[[:alpha:]]*\\pL+(?i)K*$',
    '(?=a)',
    '\\1',
    '\\C',
    '(?P<n>a)(?P<n>b)',
  ];
  return random.chance(0.5)
    ? random.pick(evil)
    : repeat(random, random.pick(['(', ')', '.*', 'a|', '[^a]', '(a?)', 'a?', '\\\\Q', '(?:', '|']), 300);
}

const KINDS: readonly ((random: Prng) => string)[] = [
  (random) => `${repeat(random, '(', 2000)}x${repeat(random, ')', 2000)}`,
  (random) => `${repeat(random, random.pick(['-', '+', '- -', 'sum(', 'abs(', 'rate(', '{']), 1500)}x`,
  (random) =>
    Array.from({ length: random.int(1, 1500) }, () => name(random)).join(
      random.pick([' + ', ' or ', ' ^ ', ' and ', ' == bool ', ' / on (i) ']),
    ),
  (random) => `x{text${random.pick(['=~', '!~'])}"${pattern(random)}"}`,
  (random) => `label_replace(x, "${random.pick(['d', 'i', '', '\\n'])}", "${repeat(random, '$1', 300)}", "text", "${pattern(random)}")`,
  (random) => `label_replace(x, "d", "${repeat(random, `\${1}x$$`, 500)}", "text", "(.*)")`,
  (random) => `${name(random)}[${duration(random)}:${duration(random)}] offset ${duration(random)}`,
  (random) =>
    `${random.pick(['rate', 'quantile_over_time', 'mad_over_time', 'predict_linear', 'deriv'])}(${name(random)}[${duration(random)}:${duration(random)}], ${number(random)})`,
  (random) => `sum_over_time(${'max_over_time('.repeat(random.int(1, 9))}x${`[${duration(random)}:1ms])`.repeat(9)}[1y:1ms])`,
  (random) =>
    `${random.pick(['topk', 'bottomk', 'quantile', 'limitk', 'limit_ratio', 'count_values'])}(${random.pick([number(random), '"v"', 'x', 'scalar(x)', 'time()'])}, ${name(random)})`,
  (random) => `histogram_quantile(${number(random)}, ${name(random)}) ${random.pick(['+', '-', '%', '^', 'atan2'])} ${number(random)}`,
  (random) => `x @ ${number(random)} offset ${duration(random)} * ${number(random)}`,
  (random) =>
    `sum by (${Array.from({ length: random.int(1, 800) }, (_, i) => `l${i}`).join(',')}) (x) * on () group_left (${repeat(random, 'i,', 200)}) x`,
  (random) => `x * on () group_${random.pick(['left', 'right'])} () x{i="1"} fill ${number(random)}`,
  (random) => `{${Array.from({ length: random.int(1, 500) }, (_, i) => `i${random.pick(['=', '!=', '=~', '!~'])}"${i}"`).join(',')}}`,
  (random) => `"${repeat(random, random.pick(['\\x', '\\u12', '\\777', '\\', '\u0000', '\ud800', '\u{1f600}', 'a']), 2000)}"`,
  (random) => Array.from({ length: random.int(1, 60) }, () => String.fromCharCode(random.int(0, random.pick([128, 65536])))).join(''),
  (random) => `time() ${random.pick(['%', '/', '^'])} ${number(random)} > bool ${number(random)} # ${repeat(random, '\n', 50)}`,
  (random) => `vector(${repeat(random, '1 + ', 1200)}1)`,
  (random) => `x${'[5m:1s]'.repeat(random.int(1, 20))}`,
  (random) => `x[${random.pick(['1y', '290y', '5m'])}] @ ${number(random)} ${random.pick(['anchored', 'smoothed', ''])}`,
  (random) => `rate(x[${'('.repeat(random.int(1, 3000))}1s${')'.repeat(random.int(1, 3000))}])`,
  (random) => `x[${Array.from({ length: random.int(1, 2000) }, () => '1s').join(random.pick([' + ', ' * ', ' ^ ']))}]`,
  (random) => `${'x + on (i) group_left () ('.repeat(random.int(1, 200))}x${repeat(random, ')', 200)}`,
  (random) => `histogram_quantiles(x, "q", ${Array.from({ length: random.int(1, 300) }, () => number(random)).join(', ')})`,
  (random) => `label_join(x, "d", "${repeat(random, '-', 2000)}"${repeat(random, ', "text"', 300)})`,
  (random) => `sort_by_label(x${repeat(random, ', "i"', 2000)})`,
  (random) => `round(x, ${number(random)}) and hour(vector(${number(random)})) or days_in_month(x * ${number(random)})`,
  (random) => `absent(x{${repeat(random, 'i="1",', 300)}}) or info(x, {${repeat(random, 'a=~".+",', 100)}})`,
];

const RANGES = [
  { startMs: 0, endMs: 600_000, stepMs: 60_000 },
  { startMs: 0, endMs: 10_999_000, stepMs: 1_000 },
  { startMs: -8.64e15, endMs: -8.64e15 + 600_000, stepMs: 1 },
  { startMs: 8.64e15 - 600_000, endMs: 8.64e15, stepMs: 60_000 },
];

/** Of this process, tests and all: no expression takes so much that what runs beside it would suffer. */
const RESIDENT_BYTES_MAX = 768 * 2 ** 20;

/** How it ended. */
async function ask(text: string, random: Prng): Promise<string> {
  const budget = new QueryBudget({ deadlineMs: 500, samplesMax: 20_000, seriesMax: 1_000 }, systemClock);
  try {
    const request = { expr: parse(text), text, tenant: 'default', queryable: table, budget };
    if (random.chance(0.5)) await evaluateInstant({ ...request, atMs: random.pick([600_000, 0, -8.64e15, 8.64e15]) });
    else await evaluateRange({ ...request, ...random.pick(RANGES) });
    return 'answered';
  } catch (error) {
    if (error instanceof ParseError) return 'no expression';
    if (error instanceof QueryError) return 'no answer';
    if (error instanceof QueryEndedError) return error.kind;
    throw new Error(`${text.slice(0, 300)} (${text.length}): ${(error as Error).stack}`);
  }
}

test.each([1, 2, 3, 4, 5])(
  'hostile expressions, part %i',
  async (part) => {
    const ends = new Map<string, number>();
    const random = prng(part);
    let mostBytes = 0;
    for (let i = 0; i < 2_000; i++) {
      const end = await ask(KINDS[i % KINDS.length](random), random);
      ends.set(end, (ends.get(end) ?? 0) + 1);
      mostBytes = Math.max(mostBytes, process.memoryUsage.rss());
    }
    expect(mostBytes).toBeLessThan(RESIDENT_BYTES_MAX);
    expect(ends.get('answered')).toBeGreaterThan(100);
    expect(ends.get('no expression')).toBeGreaterThan(300);
    expect((ends.get('no answer') ?? 0) + (ends.get('too_many_samples') ?? 0)).toBeGreaterThan(50);
  },
  60_000,
);
