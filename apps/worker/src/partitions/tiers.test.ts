import { prng, systemClock } from '@tidemark/base';
import { waitFor } from '@tidemark/base/testing';
import { type Agreed, askBoth, DAY_MS, DAYS, randomSamples, tableOf } from '@tidemark/promql/testing';
import { expect, test } from 'vitest';
import { startThreadedWorld } from '../testing/threaded-world.ts';
import { Partitions } from './partitions.ts';

const MINUTE_MS = 60_000;
/** Four days, of which the last one is over: raw samples of it may still be there, and none of the others. */
const BASE_MS = (Math.floor(Date.now() / DAY_MS) - DAYS) * DAY_MS;

const RETENTION = `retention: { rollups: true, series: [{ match: '{i!=""}', raw: 12h }] }`;

test('what partitions in threads have rolled up answers as all samples would', async () => {
  const random = prng(3);
  const samples = randomSamples(random, 4, [2 * MINUTE_MS, 5 * MINUTE_MS], BASE_MS);
  const raw = tableOf(samples);
  const rounds = Array.from({ length: Math.ceil(samples.length / 500) }, (_, i) =>
    samples.slice(i * 500, (i + 1) * 500).map(({ labels, ...sample }) => ({ labels: labels.toObject(), ...sample })),
  );
  // Raw samples stay for as long as later ones may come for the same time: a second, here.
  const limits = new Map([['default', { lateWindowMs: 1000 }]]);
  const world = await startThreadedWorld(3, 2, rounds, RETENTION, limits);
  const { queryable, leaves } = world.partitions;
  await waitFor('raw samples to go', async () => {
    for (const group of world.groups) await group.maintain('all', new AbortController().signal);
    const tiers = (await queryable.tiers?.('default', { fromMs: BASE_MS, toMs: BASE_MS + DAYS * DAY_MS })) ?? [];
    const raw = tiers.find(({ widthMs }) => widthMs === 0)?.ranges.at(-1);
    return raw !== undefined && raw.fromMs >= BASE_MS + (DAYS - 1) * DAY_MS;
  });
  const agreed: Agreed = { exact: 0, bounded: 0, seams: 0, differences: [] };
  for (let i = 0; i < 100; i++) await askBoth({ rolled: { queryable, leaves }, raw, baseMs: BASE_MS, isRounded: false }, random, agreed);
  // After the log has got partitions, series may be anywhere: leaves are evaluated over what all partitions give.
  const { queryable: mixed, leaves: none } = new Partitions(world.groups, Date.now(), systemClock);
  for (let i = 0; i < 30; i++) {
    await askBoth({ rolled: { queryable: mixed, leaves: none }, raw, baseMs: BASE_MS, isRounded: false }, random, agreed);
  }
  await world.close();
  expect(agreed.differences).toEqual([]);
  expect(agreed.exact).toBeGreaterThan(1000);
  expect(agreed.bounded).toBeGreaterThan(50);
}, 60_000);
