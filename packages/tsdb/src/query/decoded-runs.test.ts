import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { prng, systemClock } from '@tidemark/base';
import { ManualClock } from '@tidemark/base/testing';
import { expect, test } from 'vitest';
import { Labels } from '../model/labels.ts';
import { Matcher } from '../model/matcher.ts';
import { NamedSeries } from '../model/named-series.ts';
import { openEngine } from '../open-engine.ts';
import { randomValues } from '../testing/random-columns.ts';
import { QueryBudget } from './budget.ts';

const START_MS = 1_700_006_400_000;
/** Two hours of them are two chunks. */
const STEP_MS = 5_000;
const SCRAPES = 3_600;
const SERIES = 14;
const LIMITS = { deadlineMs: 60_000, samplesMax: 1e9, seriesMax: 1e6 };
const MATCHERS = [[new Matcher('__name__', '=', 'm')], [new Matcher('i', '=~', '1.')], [new Matcher('i', '=', '7')]];

/** Times and the bits of values. */
type Samples = { readonly times: number[]; readonly bits: bigint[] };

for (const [room, decodedBytes] of [
  ['for nothing', 0],
  ['for some', 120_000],
  ['for all', 2 ** 22],
] as const) {
  test(`what is asked again is what was written, with room ${room}, while blocks come and samples are deleted`, async () => {
    const dir = await mkdtemp(join(tmpdir(), 'tidemark-decoded-'));
    const random = prng(decodedBytes + 3);
    const clock = new ManualClock(START_MS);
    const labels = Array.from({ length: SERIES }, (_, i) => Labels.from({ __name__: 'm', i: `${i}` }));
    const values = labels.map(() => new BigUint64Array(randomValues(random, SCRAPES).buffer));
    const written: Samples[] = labels.map(() => ({ times: [], bits: [] }));
    const table = NamedSeries.of(labels);
    const engine = await openEngine({ dir, clock, limits: { decodedBytes } });
    let asked = 0;
    for (let at = 0; at < SCRAPES; at++) {
      // Even series are scraped together; odd ones each have times of their own now and then.
      const nowMs = clock.now();
      const together = Uint32Array.from({ length: SERIES }, (_, i) => i).filter((i) => i % 2 === 0 || (i % 5 > 0 && random.chance(0.97)));
      const alone = Uint32Array.from({ length: SERIES }, (_, i) => i).filter((i) => !together.includes(i) && random.chance(0.6));
      const groups = [
        { timeMs: nowMs, numbers: together },
        { timeMs: nowMs + 7, numbers: alone },
      ].map(({ timeMs, numbers }) => {
        const bits = BigUint64Array.from(numbers, (i) => values[i][at]);
        for (const i of numbers) {
          written[i].times.push(timeMs);
          written[i].bits.push(values[i][at]);
        }
        return { timeMs, numbers, values: new Float64Array(bits.buffer) };
      });
      engine.append({ tenant: 'default', acceptedAtMs: nowMs, table, groups, metadata: [] }, { offset: at, epochOffset: at });
      clock.advance(STEP_MS);
      if (at % 200 === 199) await engine.maintain(clock.now(), new AbortController().signal);
      if (at === 3_000) await remove([labels[3], labels[8]], START_MS + 3e6, START_MS + 9e6);
      if (at > 2_000 && at % 40 === 0) await ask();
    }
    await engine.drain();
    await rm(dir, { recursive: true });
    expect(asked).toBeGreaterThan(200);

    async function remove(gone: readonly Labels[], fromMs: number, toMs: number): Promise<void> {
      const selectors = gone.map((each) => [new Matcher('i', '=', each.get('i'))]);
      expect(await engine.deleteSamples({ tenant: 'default', selectors, range: { fromMs, toMs } }, 3_001)).toEqual({ kind: 'deleted' });
      for (const each of gone) {
        const { times, bits } = written[labels.indexOf(each)];
        const kept = times.map((timeMs) => timeMs < fromMs || timeMs > toMs);
        written[labels.indexOf(each)] = { times: times.filter((_, i) => kept[i]), bits: bits.filter((_, i) => kept[i]) };
      }
    }

    async function ask(): Promise<void> {
      const matchers = random.pick(MATCHERS);
      const toMs = clock.now() - random.pick([0, 0, 1_800_000, 9_000_000]);
      const range = { fromMs: toMs - random.pick([600_000, 2_000_000, 5_000_000, 30_000_000]), toMs };
      for (let again = 0; again < 2; again++) {
        const seen = new Map<string, Samples>();
        await engine.visit?.({ tenant: 'default', matchers, range }, new QueryBudget(LIMITS, systemClock), ({ labels: of, samples }) => {
          seen.set(of.get('i'), { times: [...samples.times], bits: [...new BigUint64Array(samples.values.slice().buffer)] });
        });
        const expected = new Map<string, Samples>();
        for (const [i, { times, bits }] of written.entries()) {
          const kept = times.map((timeMs) => timeMs >= range.fromMs && timeMs <= range.toMs);
          if (kept.includes(true) && matchers.every((matcher) => matcher.matches(labels[i].get(matcher.name))))
            expected.set(`${i}`, { times: times.filter((_, at) => kept[at]), bits: bits.filter((_, at) => kept[at]) });
        }
        expect(seen).toEqual(expected);
        asked += seen.size;
      }
    }
  });
}
