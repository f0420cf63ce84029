/** An engine whose older blocks lie in a real S3 server, which stops answering now and then. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { prng, systemClock } from '@tidemark/base';
import { ManualClock, waitFor } from '@tidemark/base/testing';
import { expect, test } from 'vitest';
import type { Engine } from '../engine.ts';
import { Labels } from '../model/labels.ts';
import { Matcher } from '../model/matcher.ts';
import { PatientStore } from '../object-store/patient-store.ts';
import { S3Store } from '../object-store/s3-store.ts';
import { S3_MISSING, startS3Server } from '../object-store/testing/s3-server.ts';
import { openEngine } from '../open-engine.ts';
import { QueryBudget } from '../query/budget.ts';
import { scrapeBatch } from '../testing/batches.ts';
import type { PlaceSettings } from './open-places.ts';

const HOUR_MS = 3_600_000;
const idle = new AbortController().signal;
const PATIENCE = { tryMs: 500, pauseMs: 50, triesMs: 200, restMs: 300 };

test.skipIf(S3_MISSING !== null)(
  `blocks go to S3, are read from there, and a server that hangs takes nothing else with it${S3_MISSING === null ? '' : ` (${S3_MISSING})`}`,
  async () => {
    const dir = await mkdtemp(join(tmpdir(), 'tidemark-s3-engine-'));
    const server = await startS3Server();
    const clock = new ManualClock(1_700_006_400_000);
    const store = new S3Store({ ...server.settings, prefix: `engine-${process.pid}-${Date.now()}/` });
    const place = (): PlaceSettings => ({
      kind: 'objects',
      name: 'cold',
      age: { afterMs: 6 * HOUR_MS },
      store: new PatientStore(store, systemClock, prng(1), PATIENCE),
      prefix: 'partition-0/',
    });
    const open = () => openEngine({ dir, clock, prng: prng(1), places: [place()], limits: { farCacheBytes: 0 } });
    const hosts = Array.from({ length: 300 }, (_, i) => Labels.from({ __name__: 'up', host: `h${i}` }));
    const feed = async (engine: Engine, hours: number) => {
      for (let minute = 0; minute < hours * 60; minute++) {
        engine.append(
          scrapeBatch(
            hosts,
            clock.now(),
            Float64Array.from(hosts, (_, i) => Math.sin(i + minute)),
          ),
          { offset: clock.now(), epochOffset: clock.now() },
        );
        clock.advance(60_000);
      }
      await engine.maintain(clock.now(), idle);
    };
    const budget = () => new QueryBudget({ deadlineMs: 1e7, samplesMax: 1e8, seriesMax: 1e6 }, clock);
    const samplesOf = async (engine: Engine, asked = budget()) => {
      const found = await engine.select(
        { tenant: 'default', matchers: [new Matcher('up', '=', '')], range: { fromMs: 0, toMs: 1e15 } },
        asked,
      );
      return new Map(
        found.map(({ labels, samples }) => [labels.key, [Buffer.from(samples.times.buffer), Buffer.from(samples.values.buffer)]]),
      );
    };
    const moved = (engine: Engine) =>
      waitFor('the moves', async () => {
        await engine.maintain(clock.now(), idle);
        return engine.stats().places[0].waiting.blocks === 0;
      });
    try {
      const engine = await open();
      await feed(engine, 14);
      const all = await samplesOf(engine);
      await moved(engine);
      expect(engine.stats().places[0].blocks).toBeGreaterThan(0);
      expect((await store.list('partition-0/')).objects).toHaveLength(2 * engine.stats().places[0].blocks);
      expect(await samplesOf(engine)).toEqual(all);
      await engine.drain();

      server.pause();
      const again = await open();
      const asked = budget();
      const partial = await samplesOf(again, asked);
      expect(asked.missing.length).toBeGreaterThan(0);
      expect(partial.size).toBe(300);
      await feed(again, 3); // Taken, and written into blocks.
      expect(again.stats().places[0].waiting.blocks).toBeGreaterThan(0);
      await waitFor('what is wrong to be said', () => again.stats().places[0].waiting.trouble?.message.includes('has not answered'));
      const [, newest] = again
        .stats()
        .blocks.map(({ toMs }) => toMs)
        .sort((a, b) => b - a);
      expect(newest).toBeGreaterThan(clock.now() - 6 * HOUR_MS);
      server.resume();
      await moved(again);
      const later = budget();
      const whole = await samplesOf(again, later);
      expect(later.missing).toEqual([]);
      for (const [key, [times]] of all) expect(whole.get(key)?.[0].subarray(0, times.length).equals(times)).toBe(true);
      await again.drain();
    } finally {
      server.resume();
      await server.stop();
      await rm(dir, { recursive: true });
    }
  },
  60_000,
);
