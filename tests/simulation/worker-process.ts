/** What apps/worker does with a partition: follows the log into an engine, keeps that up, deletes, answers. */
import { CorruptionError, type Prng } from '@tidemark/base';
import type { Files } from '@tidemark/base/files';
import type { Process, SimulatedDisk, Simulation } from '@tidemark/base/simulation';
import { type LogEntry, type LogSource, RecordDecoder } from '@tidemark/log';
import { openFileLogSource } from '@tidemark/log/file';
import { type Engine, openEngine, type PlaceSettings, QueryBudget } from '@tidemark/tsdb';
import { type Labels, Matcher } from '@tidemark/tsdb/model';
import { FolderStore, PatientStore } from '@tidemark/tsdb/object-store';
import { within } from './hang.ts';
import { TENANTS } from './random-samples.ts';
import { faultsOfWindows } from './rolled-windows.ts';
import type { MadeDeletion, SentSamples } from './sent-samples.ts';
import { ENGINE_FOLDER, keptMsOf, LOG_FOLDER, type Setting, SLOW_FOLDER, STORE_FOLDER } from './setting.ts';
import { ShakyStore } from './shaky-store.ts';

const HOUR_MS = 3_600_000;
const STORE_PATIENCE = { tryMs: 60_000, pauseMs: 1_000, triesMs: 3_000, restMs: 60_000 };
const EVERYTHING = { fromMs: 0, toMs: 1e15 };

export class WorkerProcess {
  readonly process: Process;
  readonly damage: CorruptionError[] = [];
  /** Acknowledged samples that were found missing, where the disk was damaged. */
  lost = 0;
  answers = 0;
  /** That have been compared with samples. */
  windows = 0;
  /** Of these, that were without some samples, and said so. */
  partial = 0;
  /** Of each request to the object store. */
  storeTroubleChance = 0;
  readonly #simulation: Simulation;
  readonly #setting: Setting;
  readonly #sent: SentSamples;
  readonly #random: Prng;
  readonly #stop = new AbortController();
  #engine: Engine | null = null;
  #source: LogSource | null = null;
  #position = 0;
  #work: Promise<unknown> = Promise.resolve();

  constructor(simulation: Simulation, setting: Setting, sent: SentSamples) {
    this.process = simulation.start('worker');
    this.#simulation = simulation;
    this.#setting = setting;
    this.#sent = sent;
    this.#random = simulation.random;
  }

  async run(disk: SimulatedDisk): Promise<void> {
    const { clock } = this.process;
    const files = disk.filesOf(this.process);
    // A look at the log each 100 ms would be most of the steps of a day; changes are told anyway.
    const patient = { ...clock, sleep: (ms: number, signal?: AbortSignal) => clock.sleep(ms * 3000, signal) };
    const source = await openFileLogSource({ dir: LOG_FOLDER, clock: patient, files, signal: this.#stop.signal });
    const engine = await openEngine({
      dir: ENGINE_FOLDER,
      clock,
      files,
      prng: this.#random,
      limits: {
        unsavedSamplesMax: this.#setting.unsavedSamplesMax,
        farCacheBytes: this.#setting.farCacheBytes,
        retention: this.#setting.retention,
        rollups: true,
      },
      places: this.#places(files),
      logReaches: (offset) => this.#reaches(source, offset, 10),
      onDamage: (error) => this.damage.push(error),
    });
    this.#source = source;
    this.#engine = engine;
    // What need not be read again is there from the beginning.
    this.#position = engine.replayOffset;
    await this.check();
    this.#work = Promise.all([this.#follow(source, engine), this.#maintain(engine), this.#ask(), this.#administer(source, engine)]);
    await this.#work;
  }

  get engine(): Engine | null {
    return this.#engine;
  }

  /** Nothing waits for a place, and nothing is to be removed there. */
  get hasMoved(): boolean {
    return this.#engine?.stats().places.every(({ waiting, strays }) => waiting.blocks === 0 && strays === 0) ?? false;
  }

  /** All that the log holds is in the engine. */
  async hasCaughtUp(): Promise<boolean> {
    return this.#source !== null && this.#engine !== null && this.#position >= (await this.#source.extent(0)).end;
  }

  /** Throws when an answer is wrong. */
  async check(): Promise<void> {
    const engine = this.#engine;
    if (engine === null) return;
    const { clock } = this.process;
    for (const tenant of TENANTS) {
      const asked = { askedAt: this.#simulation.steps, consumedTo: this.#position };
      const budget = new QueryBudget({ deadlineMs: 1e12, samplesMax: 1e9, seriesMax: 1e9 }, clock);
      const found = await within(
        clock,
        'a query',
        engine.select({ tenant, matchers: [new Matcher('__name__', '!=', '')], range: EVERYTHING }, budget),
      );
      const retainedFromMs = (labels: Labels) => clock.now() - keptMsOf(this.#setting.retention, tenant, labels);
      const { missing } = budget;
      if (missing.length > 0) this.partial++;
      const { faults, lost } = this.#sent.faultsOf(tenant, found, { ...asked, retainedFromMs, missing });
      this.#simulation.note(`${tenant} has ${found.reduce((sum, { samples }) => sum + samples.times.length, 0)} samples`);
      this.answers++;
      this.lost = Math.max(this.lost, lost);
      if (faults.length > 0) throw new Error(`${faults.length} faults in an answer:\n${faults.slice(0, 5).join('\n')}`);
    }
  }

  async upkeep(): Promise<void> {
    const { clock } = this.process;
    if (this.#engine !== null) await within(clock, 'upkeep', this.#engine.maintain(clock.now(), this.#stop.signal));
  }

  /** Throws when windows that are said to be there are not what samples say: at any time, also between a change and upkeep. */
  async checkWindows(): Promise<void> {
    const engine = this.#engine;
    if (engine === null) return;
    for (const tenant of TENANTS) {
      const faults = await this.#faultsOfWindows(engine, tenant);
      if (faults.length > 0) throw new Error(`${faults.length} faults in windows:\n${faults.slice(0, 5).join('\n')}`);
    }
  }

  /** None when what they are made from has changed meanwhile. */
  async #faultsOfWindows(engine: Engine, tenant: string): Promise<readonly string[]> {
    const { clock } = this.process;
    const state = () =>
      JSON.stringify([this.#position, engine.stats().tombstones, engine.stats().blocks.map(({ id, place }) => [id, place])]);
    const before = state();
    const budgets: QueryBudget[] = [];
    const budget = () => {
      budgets.push(new QueryBudget({ deadlineMs: 1e12, samplesMax: 1e9, seriesMax: 1e9 }, clock));
      return budgets[budgets.length - 1];
    };
    const { faults, windows } = await within(clock, 'windows', faultsOfWindows(engine, tenant, budget));
    if (state() !== before || budgets.some(({ missing }) => missing.length > 0)) return [];
    this.windows += windows;
    return faults;
  }

  /** What is being deleted reaches no further than here, whether it is answered or the process killed. */
  endDeletions(): void {
    for (const deletion of this.#sent.deletions)
      deletion.reachedTo = Math.min(deletion.reachedTo, Math.max(deletion.logEnd, this.#position));
  }

  /** Once the log's writer says so: after a crash, what it said before may be old. */
  async #reaches(source: LogSource, offset: number, looks: number): Promise<boolean> {
    for (let look = 0; !this.#stop.signal.aborted && look < looks; look++) {
      if ((await source.extent(0)).end >= offset) return true;
      await this.process.clock.sleep(60_000, this.#stop.signal);
    }
    return false;
  }

  /** As on SIGTERM. */
  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#work;
    await this.#engine?.drain();
    await this.#source?.close();
  }

  #places(files: Files): PlaceSettings[] {
    const { slowAfterMs, coldAfterMs } = this.#setting;
    const { clock } = this.process;
    const places: PlaceSettings[] = [];
    if (slowAfterMs !== null) places.push({ kind: 'folder', name: 'slow', age: { afterMs: slowAfterMs }, dir: SLOW_FOLDER });
    if (coldAfterMs !== null) {
      const shaky = new ShakyStore(new FolderStore(files, STORE_FOLDER, 'worker'), this.#random, clock, () => this.storeTroubleChance);
      const store = new PatientStore(shaky, clock, this.#random, STORE_PATIENCE);
      places.push({ kind: 'objects', name: 'cold', age: { afterMs: coldAfterMs }, store, prefix: 'cold/' });
    }
    return places;
  }

  async #follow(source: LogSource, engine: Engine): Promise<void> {
    const { signal } = this.#stop;
    const decoder = new RecordDecoder('partition 0', engine.openEpochs);
    await this.#reaches(source, engine.replayOffset, Number.POSITIVE_INFINITY);
    const { first } = await source.extent(0);
    this.#position = engine.replayOffset;
    if (first > this.#position) decoder.lost(first - 1);
    const reader = source.reader(0, this.#position);
    while (!signal.aborted) {
      const { entries } = await reader.read(signal);
      for (const entry of entries) {
        this.#consume(entry, decoder, engine);
        this.#position = entry.offset + 1;
        if (this.#random.chance(0.1)) await this.process.clock.turn();
      }
      this.#position = Math.max(this.#position, reader.position);
    }
    await reader.close();
  }

  #consume(entry: LogEntry, decoder: RecordDecoder, engine: Engine): void {
    if (entry.kind === 'damage') {
      decoder.lost(entry.offset);
      this.damage.push(entry.error);
      return;
    }
    try {
      const record = decoder.decode(entry.bytes, entry.offset);
      if (record.kind === 'batch') engine.append(record.batch, record.origin);
    } catch (error) {
      if (!(error instanceof CorruptionError)) throw error;
      this.damage.push(error);
    }
  }

  async #maintain(engine: Engine): Promise<void> {
    const { clock } = this.process;
    const { signal } = this.#stop;
    while (!signal.aborted) {
      await clock.sleep(this.#setting.maintainEveryMs, signal);
      await within(clock, 'upkeep', engine.maintain(clock.now(), signal));
    }
  }

  async #ask(): Promise<void> {
    while (!this.#stop.signal.aborted) {
      await this.process.clock.sleep(this.#random.int(1, 4 * HOUR_MS), this.#stop.signal);
      await this.check();
      await this.checkWindows();
    }
  }

  async #administer(source: LogSource, engine: Engine): Promise<void> {
    const { clock } = this.process;
    while (!this.#stop.signal.aborted) {
      await clock.sleep(this.#random.int(1, 8 * HOUR_MS), this.#stop.signal);
      if (this.#stop.signal.aborted) return;
      if (this.#random.chance(0.7)) await within(clock, 'a deletion', this.#delete(source, engine));
      else await within(clock, 'cleaning', engine.cleanTombstones());
    }
  }

  async #delete(source: LogSource, engine: Engine): Promise<void> {
    const random = this.#random;
    const { end } = await source.extent(0);
    const toMs = this.process.clock.now() - random.int(0, 6 * HOUR_MS);
    const what = {
      tenant: random.pick(TENANTS),
      selectors: [
        [
          random.pick([
            new Matcher('host', '=', `h${random.int(0, 4)}`),
            new Matcher('__name__', '=~', 'up|l.*'),
            new Matcher('pod', '!=', ''),
          ]),
        ],
      ],
      range: { fromMs: toMs - random.int(0, random.pick([60_000, HOUR_MS, 10 * HOUR_MS])), toMs },
    };
    const deletion: MadeDeletion = { ...what, logEnd: end, answeredAt: null, reachedTo: Number.POSITIVE_INFINITY, mayBeForgotten: false };
    this.#sent.deletions.push(deletion);
    const outcome = await engine.deleteSamples(what, end);
    this.endDeletions();
    if (outcome.kind === 'deleted') deletion.answeredAt = this.#simulation.steps;
  }
}
