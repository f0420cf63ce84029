import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Clock, type CorruptionError, prng } from '@tidemark/base';
import { type Files, nodeFiles } from '@tidemark/base/files';
import { type Process, SimulatedDisk, Simulation } from '@tidemark/base/simulation';
import { ManualClock } from '@tidemark/base/testing';
import { expect, test } from 'vitest';
import type { Engine } from '../../engine.ts';
import { Labels } from '../../model/labels.ts';
import { Matcher } from '../../model/matcher.ts';
import { ProducerEpoch, TenantTables } from '../../model/producer-epoch.ts';
import { openEngine } from '../../open-engine.ts';
import { QueryBudget } from '../../query/budget.ts';
import { groupsBatch } from '../../testing/batches.ts';
import { CRASH_LOG_START_MS, crashLogEntry } from '../../testing/crash-log.ts';
import { formatExamples } from '../../testing/format-examples.ts';

const quiet = new AbortController().signal;
const LIFE_ENDS = [150, 300, 450];
const DIR = '/data/engine';

/** All samples of the log before `end`, as an engine answers that was never killed. */
async function neverKilled(end: number): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), 'tidemark-head-'));
  const clock = new ManualClock(CRASH_LOG_START_MS);
  const engine = await openEngine({ dir, clock, limits: { unsavedSamplesMax: Number.POSITIVE_INFINITY } });
  follow(engine, 0, end, clock);
  const answer = await answerOf(engine, clock);
  await rm(dir, { recursive: true });
  return answer;
}

function follow(engine: Engine, from: number, end: number, clock: { advance(ms: number): void; now(): number }): void {
  for (let offset = from; offset < end; offset++) {
    const { batch, origin } = crashLogEntry(offset);
    clock.advance(Math.max(0, batch.acceptedAtMs - clock.now()));
    engine.append(batch, origin);
  }
}

async function answerOf(engine: Engine, clock: Clock): Promise<string> {
  const budget = new QueryBudget({ deadlineMs: 1e9, samplesMax: 1e9, seriesMax: 1e9 }, clock);
  const matchers = [new Matcher('__name__', '=', 'm')];
  const found = await engine.select({ tenant: 'default', matchers, range: { fromMs: 0, toMs: 1e15 } }, budget);
  return found
    .map(({ labels, samples }) => `${labels} ${[...samples.times].map((t, i) => `${t}:${samples.values[i]}`).join(' ')}`)
    .sort()
    .join('\n');
}

/** A machine whose disk outlives its engines; the engines' time is the log's. */
class Machine {
  readonly simulation: Simulation;
  readonly disk: SimulatedDisk;
  readonly damage: CorruptionError[] = [];
  process: Process;
  #lives = 0;
  #nowMs = CRASH_LOG_START_MS;

  constructor(seed: number) {
    this.simulation = new Simulation(seed);
    this.disk = new SimulatedDisk(this.simulation);
    this.process = this.simulation.start('life 0');
  }

  get files(): Files {
    return this.disk.filesOf(this.process);
  }

  get clock(): Clock & { advance(ms: number): void } {
    const { clock } = this.process;
    return {
      now: () => this.#nowMs,
      advance: (ms) => {
        this.#nowMs += ms;
      },
      monotonicMs: () => clock.monotonicMs(),
      sleep: (ms, signal) => clock.sleep(ms, signal),
      turn: () => clock.turn(),
    };
  }

  open(): Promise<Engine> {
    const onDamage = (error: CorruptionError) => void this.damage.push(error);
    return openEngine({ dir: DIR, clock: this.clock, files: this.files, prng: prng(1), limits: { unsavedSamplesMax: 300 }, onDamage });
  }

  crash(losesPower: boolean): void {
    this.simulation.kill(this.process);
    if (losesPower) this.disk.losePower();
    this.process = this.simulation.start(`life ${++this.#lives}`);
  }
}

/** A thread's life: reads the log from where the engine says, and keeps it up, with appends in between. */
async function live(engine: Engine, end: number, clock: Machine['clock']): Promise<void> {
  for (let offset = engine.replayOffset; offset < end; offset += 10) {
    const upkeep = engine.maintain(clock.now(), quiet);
    for (let next = offset; next < Math.min(offset + 10, end); next++) {
      follow(engine, next, next + 1, clock);
      await clock.turn();
    }
    await upkeep;
  }
}

test('killed at any moment, without power as well: all of it is there again, and little of the log is read', async () => {
  let begunFromSnapshots = 0;
  const expected = new Map<number, string>();
  for (const end of LIFE_ENDS) expected.set(end, await neverKilled(end));
  for (let seed = 1; seed <= 12; seed++) {
    const machine = new Machine(seed);
    const { random } = machine.simulation;
    await machine.simulation.run(async () => {
      for (const end of LIFE_ENDS) {
        const engine = await machine.open();
        await Promise.race([live(engine, end, machine.clock), machine.simulation.afterSteps(random.int(1, 900))]);
        machine.crash(random.chance(0.5));
        const next = await machine.open();
        if (next.stats().headSamples > 0) begunFromSnapshots++;
        follow(next, next.replayOffset, end, machine.clock);
        expect(await answerOf(next, machine.clock), `seed ${seed}, up to ${end}`).toBe(expected.get(end));
        machine.crash(false);
      }
    });
    expect(machine.damage, `seed ${seed}`).toEqual([]);
  }
  expect(begunFromSnapshots).toBeGreaterThan(10);
});

test('a damaged snapshot is set aside, and the log gives back what it had', async () => {
  let damaged = 0;
  const expected = await neverKilled(200);
  for (let seed = 1; seed <= 20; seed++) {
    const machine = new Machine(seed);
    const { random } = machine.simulation;
    await machine.simulation.run(async () => {
      await live(await machine.open(), 120, machine.clock);
      machine.crash(false);
      const { node } = random.pick(machine.disk.files().filter(({ path }) => path.startsWith(`${DIR}/head/`)));
      if (random.chance(0.3)) node.truncate(random.int(0, node.length));
      else node.flipBit(random.int(0, node.length), random.int(0, 8));
      const engine = await machine.open();
      damaged += machine.damage.length;
      if (machine.damage.length > 0) expect([engine.replayOffset, engine.openEpochs]).toEqual([0, []]);
      await live(engine, 200, machine.clock);
      machine.crash(false);
      const next = await machine.open();
      expect(next.replayOffset).toBeGreaterThan(120); // Another one has taken its place.
      follow(next, next.replayOffset, 200, machine.clock);
      expect(await answerOf(next, machine.clock), `seed ${seed}`).toBe(expected);
    });
  }
  expect(damaged).toBeGreaterThan(5);
});

test('a block that is set aside does not cost what is only in memory, though the log no longer reaches back to it', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'tidemark-head-'));
  const clock = new ManualClock(CRASH_LOG_START_MS);
  const open = () => openEngine({ dir, clock, limits: { unsavedSamplesMax: 300 } });
  const engine = await open();
  for (let offset = 0; offset < 450; offset++) {
    follow(engine, offset, offset + 1, clock);
    if (offset % 10 === 9) await engine.maintain(clock.now(), quiet);
  }
  const expected = await answerOf(engine, clock);
  const { blocks } = engine.stats();
  expect(blocks.length).toBeGreaterThan(0);
  const path = join(dir, 'blocks', `${blocks[0].id}.block`);
  const bytes = await nodeFiles.read(path);
  bytes[bytes.length - 1] ^= 1;
  await writeFile(path, bytes);

  const next = await open(); // Nothing is replayed: the log begins behind all of this.
  expect(next.stats().quarantined.length).toBe(1);
  expect(next.stats().headSamples).toBe(engine.stats().headSamples);
  expect(next.replayOffset).toBe(0); // For what the block had, as far as the log has it.
  follow(next, next.replayOffset, 450, clock);
  expect(await answerOf(next, clock)).toBe(expected);
  await rm(dir, { recursive: true });
});

test('a save writes what is new, and not what the last one has', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'tidemark-head-'));
  const clock = new ManualClock(1_700_000_000_000);
  const SERIES = 20_000;
  let engine = await openEngine({ dir, clock, limits: { unsavedSamplesMax: 1 } });
  const epoch = new ProducerEpoch('0102030405060708', 0, 0);
  const tables = new TenantTables();
  epoch.tenants.set('default', tables);
  let offset = 0;
  /** One sample of each of the table's series, and what a save writes then. */
  const bytesOfNextSave = async () => {
    const numbers = Uint32Array.from({ length: tables.series.size }, (_, i) => i);
    const values = Float64Array.from(numbers, (number) => number * offset);
    engine.append(groupsBatch(tables.series, [{ timeMs: clock.now(), numbers, values }]), { offset, epochOffset: 0, epoch });
    epoch.nextSequence = ++offset;
    const before = engine.stats().headSavedBytes;
    await engine.maintain(clock.now(), quiet);
    clock.advance(15_000);
    return engine.stats().headSavedBytes - before;
  };
  const announce = (from: number, to: number) => {
    for (let i = from; i < to; i++)
      tables.series.addLabels(Labels.from({ __name__: `metric_with_a_name_${i}`, instance: `host-${i}.example.com` }));
  };
  announce(0, SERIES);
  const first = await bytesOfNextSave();
  const second = await bytesOfNextSave();
  expect(first).toBeGreaterThan(80 * SERIES); // Labels, in the tables and in memory.
  expect(second).toBeLessThan(45 * SERIES); // Two open samples of each, and where these are.
  announce(SERIES, SERIES + 100);
  const third = await bytesOfNextSave();
  expect(third - second).toBeLessThan(200_000); // The parts that new series are in, and a third sample.
  // A process that takes over knows what is written.
  engine = await openEngine({ dir, clock, limits: { unsavedSamplesMax: 1 } });
  const [restored] = engine.openEpochs;
  expect(restored).toEqual(epoch);
  const numbers = Uint32Array.from({ length: SERIES }, (_, i) => i);
  const { series } = restored.tenants.get('default') as TenantTables;
  engine.append(groupsBatch(series, [{ timeMs: clock.now(), numbers, values: new Float64Array(SERIES) }]), {
    offset,
    epochOffset: 0,
    epoch: restored,
  });
  await engine.maintain(clock.now(), quiet);
  expect(engine.stats().headSavedBytes).toBeLessThan(45 * SERIES);
  await rm(dir, { recursive: true });
});

test('a snapshot is as its document shows it', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'tidemark-head-'));
  const clock = new ManualClock(1_700_000_000_000);
  const open = () => openEngine({ dir, clock, limits: { unsavedSamplesMax: 1 } });
  const engine = await open();
  const epoch = new ProducerEpoch('0102030405060708', 2, 4);
  const table = new TenantTables();
  const series = { base: 0, count: 2, sizes: Uint32Array.of(4, 4), references: Uint32Array.of(0, 1, 2, 3, 0, 1, 2, 4) };
  table.add({ base: 0, added: ['__name__', 'up', 'job', 'a', 'b'] }, series);
  epoch.tenants.set('default', table);
  const numbers = Uint32Array.of(0, 1);
  for (let i = 0; i < 3; i++) {
    const groups = [{ timeMs: clock.now(), numbers, values: Float64Array.of(1, i) }];
    engine.append(groupsBatch(table.series, groups), { offset: 4 + i, epochOffset: 4, epoch });
    epoch.nextSequence++;
    clock.advance(15_000);
  }
  await engine.maintain(clock.now(), quiet);
  const hexOf = (line: string) => line.split('  ')[0].replaceAll(' ', '');
  const [snapshot, parts, page] = formatExamples('head-snapshot.md').map((lines) => lines.map(hexOf));
  expect((await nodeFiles.read(join(dir, 'head', 'SNAPSHOT'))).toString('hex')).toBe(snapshot.join(''));
  const file = await nodeFiles.read(join(dir, 'head', 'PARTS'));
  for (const [unit, part] of [...parts, page.join('')].entries())
    expect(file.subarray(4096 * unit, 4096 * unit + part.length / 2).toString('hex')).toBe(part);
  const next = await open();
  expect([next.replayOffset, next.stats().headSamples, next.stats().headSeries]).toEqual([7, 6, 2]);
  expect(next.openEpochs).toEqual([epoch]);
  await rm(dir, { recursive: true });
});
