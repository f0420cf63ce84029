/** Random lives of an engine against a naive oracle: a map of sorted arrays. The seed is in each test's name. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { prng } from '@tidemark/base';
import { ManualClock } from '@tidemark/base/testing';
import { expect, test } from 'vitest';
import type { Engine } from './engine.ts';
import { openEngine } from './open-engine.ts';
import { ModelLife } from './testing/model-life.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;
const idle = new AbortController().signal;

for (let seed = 1; seed <= 9; seed++) {
  test(`a life with seed ${seed} answers as the model does`, async () => {
    const dir = await mkdtemp(join(tmpdir(), 'tidemark-model-'));
    const clock = new ManualClock();
    const backfill = seed % 2 === 0;
    const life = new ModelLife(prng(seed), clock, backfill);
    const open = () =>
      openEngine({
        dir,
        clock,
        prng: prng(seed),
        // Memory is saved often, seldom, or never.
        limits: { ...(!backfill && { backfillMs: 0 }), unsavedSamplesMax: [1, 300, 1e9][seed % 3], rollups: true },
        onDamage: (error) => expect.unreachable(error.message),
      });
    let engine: Engine = await open();
    try {
      for (let step = 0; step < 250; step++) {
        const action = life.nextAction();
        if (action === 'append') life.append(engine);
        else if (action === 'maintain') {
          await engine.maintain(clock.now(), idle);
          if (life.coin() && life.coin()) await life.compareRolled(engine);
        } else if (action === 'select') await life.compare(engine);
        else if (action === 'delete') await life.delete(engine);
        else if (action === 'clean') await engine.cleanTombstones();
        else if (action === 'all at once') {
          // Appends and queries between the slices of upkeep.
          let busy = true;
          const upkeep = engine.maintain(clock.now(), idle).finally(() => {
            busy = false;
          });
          for (let i = 0; i < 20 && (busy || i < 2); i++) {
            if (life.coin()) life.append(engine);
            else if (i === 7) await life.delete(engine);
            else await life.compare(engine);
            await new Promise((resolve) => setImmediate(resolve));
          }
          await upkeep;
        } else {
          // Half of the restarts lose the head, as kill -9 does.
          if (action === 'restart') await engine.drain();
          engine = await open();
          life.replay(engine);
        }
      }
      await life.compareAll(engine);
      clock.advance(2 * DAY_MS);
      await engine.maintain(clock.now(), idle);
      await life.compareRolled(engine);
      for (const widthMs of [MINUTE_MS, 5 * MINUTE_MS, 60 * MINUTE_MS]) expect(life.windowsCompared.get(widthMs)).toBeGreaterThan(0);
    } finally {
      await rm(dir, { recursive: true });
    }
  }, 120_000);
}
