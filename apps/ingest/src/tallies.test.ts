import { Registry } from 'prom-client';
import { expect, test } from 'vitest';
import { countersOf, DurationsHistogram, tallyCounter, tallyCounters, tallyGauge } from './tallies.ts';

test('metrics are what was counted until they are asked for', async () => {
  const registry = new Registry();
  const rising = tallyCounter(registry, 'a_total', 'A.');
  const waiting = tallyGauge(registry, 'b', 'B.');
  const reasons = tallyCounters(registry, { name: 'c_total', help: 'C.', label: 'reason' }, ['x', 'y']);
  const answers = new Map([[204, 2]]);
  countersOf(registry, { name: 'd_total', help: 'D.', labelNames: ['code'] }, () => [...answers].map(([code, count]) => [{ code }, count]));
  rising.count += 2;
  waiting.count -= 1;
  reasons.y.count += 3;
  await registry.metrics();
  rising.count += 1;
  answers.set(400, 1);
  expect((await registry.metrics()).split('\n').filter((line) => line !== '' && !line.startsWith('#'))).toEqual([
    'a_total 3',
    'b -1',
    'c_total{reason="x"} 0',
    'c_total{reason="y"} 3',
    'd_total{code="204"} 2',
    'd_total{code="400"} 1',
  ]);
});

test('durations are a histogram, as text and as what threads send each other', async () => {
  const registry = new Registry();
  const histogram = new DurationsHistogram(registry, { name: 's', help: 'S.', buckets: [0.001, 0.5], label: 'protocol' });
  const durations = histogram.of({ protocol: 'json' });
  for (const ms of [1, 1.5, 250, 750]) durations.add(ms);
  expect((await registry.metrics()).trim().split('\n')).toEqual([
    '# HELP s S.',
    '# TYPE s histogram',
    's_bucket{le="0.001",protocol="json"} 1',
    's_bucket{le="0.5",protocol="json"} 3',
    's_bucket{le="+Inf",protocol="json"} 4',
    's_sum{protocol="json"} 1.0025',
    's_count{protocol="json"} 4',
  ]);
  const [sent] = structuredClone(await registry.getMetricsAsJSON());
  expect(sent).toMatchObject({ name: 's', type: 'histogram', aggregator: 'sum' });
});
