import { prng } from '@tidemark/base';
import { ManualClock } from '@tidemark/base/testing';
import { expect, test } from 'vitest';
import { Labels } from '../model/labels.ts';
import type { SampleColumns } from '../model/sample.ts';
import { rollSamples } from '../rollup/aggregate.ts';
import { copyWindows } from '../rollup/copy-windows.ts';
import type { RolledColumns } from '../rollup/rolled-columns.ts';
import { QueryBudget } from './budget.ts';
import { fanOut } from './fan-out.ts';
import type { Queryable } from './queryable.ts';

const WIDTH_MS = 300_000;

function placeOf(bySeries: ReadonlyMap<Labels, SampleColumns>): Queryable {
  const none = async () => [];
  return {
    tiers: () => [{ widthMs: WIDTH_MS, ranges: [{ fromMs: 0, toMs: 1e9 }] }],
    visitRolled: async (_request, _budget, visit) => {
      for (const [labels, samples] of bySeries) visit(labels, rollSamples(samples, WIDTH_MS, 'gauge'));
    },
    ...{ select: none, series: none, labelNames: none, labelValues: none, metadata: none },
  };
}

test('a series that has moved from one place to another has the windows that it would have in one', async () => {
  const random = prng(3);
  const labels = Labels.from({ __name__: 'x' });
  for (let round = 0; round < 50; round++) {
    const times = Float64Array.from({ length: random.int(2, 100) }, (_, i) => i * 30_000 + random.int(1, 20_000));
    const values = times.map((_, i) => (100 * i + random.int(0, 100)) / 4);
    const cut = random.int(1, times.length - 1);
    const part = (from: number, to: number) => new Map([[labels, { times: times.slice(from, to), values: values.slice(from, to) }]]);
    const both = fanOut([placeOf(part(cut, times.length)), placeOf(part(0, cut))]);
    const found: RolledColumns[] = [];
    const budget = new QueryBudget({ deadlineMs: 1e9, samplesMax: 1e9, seriesMax: 1e9 }, new ManualClock(0));
    const request = { tenant: 'default', matchers: [], range: { fromMs: 0, toMs: 1e9 }, widthMs: WIDTH_MS };
    await both.visitRolled?.(request, budget, (_, windows) => found.push(copyWindows(windows)));
    const { sketches: _, deviation, ...whole } = rollSamples({ times, values }, WIDTH_MS, 'gauge');
    expect(found).toMatchObject([whole]);
    deviation?.forEach((one, i) => {
      expect(Math.abs((found[0].deviation?.[i] ?? 0) - one)).toBeLessThanOrEqual(0.001 * one);
    });
  }
});
