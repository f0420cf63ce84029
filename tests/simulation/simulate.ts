/**
 * One seed: some days of a machine that ingests, keeps and answers, on a disk that fails and in processes that are killed.
 *
 *   phase: senders send ─▶ perhaps the disk fails, fills or rots ─▶ perhaps something is killed ─▶ what is down starts again ─▶ check
 *
 * Throws what is wrong. The same seed takes the same steps.
 */
import { isFileError } from '@tidemark/base/files';
import { NO_FAULTS, type Process, SimulatedDisk, Simulation } from '@tidemark/base/simulation';
import { within } from './hang.ts';
import { IngestProcess } from './ingest-process.ts';
import { rot } from './rot.ts';
import { SentSamples } from './sent-samples.ts';
import { ENGINE_FOLDER, LOG_FOLDER, randomSetting, type Setting, SLOW_FOLDER, STORE_FOLDER } from './setting.ts';
import { WorkerProcess } from './worker-process.ts';

export interface SimulationReport {
  readonly traceHash: number;
  readonly steps: number;
  readonly hours: number;
  readonly records: number;
  readonly acknowledged: number;
  readonly answers: number;
  /** Of these, that said to be without some samples. */
  readonly partial: number;
  readonly kills: number;
  readonly powerLosses: number;
  readonly rotten: number;
  /** Acknowledged samples that were lost where the disk was damaged. */
  readonly lost: number;
}

export async function simulate(seed: number, trace?: (line: string) => void): Promise<SimulationReport> {
  const simulation = new Simulation(seed, trace);
  const beganMs = simulation.nowMs;
  const machine = new Machine(simulation);
  try {
    await simulation.run(() => machine.live());
  } catch (error) {
    throw new Error(`seed ${seed}, step ${simulation.steps}: ${error}\n  again, step by step: npm run simulate -- --seed ${seed}`, {
      cause: error,
    });
  }
  return { ...machine.report(), hours: (simulation.nowMs - beganMs) / HOUR_MS };
}

const HOUR_MS = 3_600_000;

class Machine {
  readonly #simulation: Simulation;
  readonly #disk: SimulatedDisk;
  readonly #setting: Setting;
  readonly #operator: Process;
  readonly #sent = new SentSamples();
  #ingest: IngestProcess | null = null;
  #worker: WorkerProcess | null = null;
  /** What no process should have thrown. */
  #failure: unknown = null;
  #mayFail = false;
  #damage = 0;
  readonly #counts = { kills: 0, powerLosses: 0, rotten: 0, answers: 0, windows: 0, partial: 0, lost: 0 };

  constructor(simulation: Simulation) {
    this.#simulation = simulation;
    this.#disk = new SimulatedDisk(simulation);
    this.#operator = simulation.start('operator');
    this.#setting = randomSetting(simulation.random);
  }

  report(): Omit<SimulationReport, 'hours'> {
    const { traceHash, steps } = this.#simulation;
    const { records, acknowledged } = this.#sent;
    return { traceHash, steps, records: records.length, acknowledged, ...this.#counts };
  }

  /** The operator. */
  async live(): Promise<void> {
    const { random } = this.#simulation;
    const operator = this.#operator;
    for (let phases = random.int(2, 7); phases > 0; phases--) {
      this.#start();
      const isSpoiled = random.chance(0.3);
      if (isSpoiled) this.#spoilDisk();
      if (this.#worker !== null) this.#worker.storeTroubleChance = random.pick([0, 0, 0.1, 0.7]);
      if (random.chance(0.5)) {
        const steps = this.#simulation.afterSteps(random.int(1, random.pick([30, 300, 3000])));
        // The log is kept for a day: a disk that takes nothing for longer loses what is acknowledged.
        await Promise.race([steps, operator.clock.sleep(12 * HOUR_MS)]);
      } else await operator.clock.sleep(random.int(1, Math.min((isSpoiled ? 3 : 12) * HOUR_MS, 400 * this.#setting.sendEveryMs)));
      this.#assertHealthy();
      await this.#disturb();
      this.#disk.faults = NO_FAULTS;
      this.#disk.capacityBytes = Number.POSITIVE_INFINITY;
      if (this.#worker !== null) this.#worker.storeTroubleChance = 0;
      if (random.chance(0.15)) this.#rot();
      if (random.chance(0.6)) await this.#settle(operator.clock);
    }
    await this.#settle(operator.clock);
    await this.#stopAll(operator.clock);
    this.#start();
    await this.#settle(operator.clock);
    this.#checkLeftovers();
    await this.#stopAll(operator.clock);
  }

  #start(): void {
    if (this.#ingest === null) {
      const ingest = new IngestProcess(this.#simulation, this.#setting, this.#sent, () => {
        this.#damage++;
      });
      this.#ingest = ingest;
      this.#supervise(ingest, () => {
        this.#ingest = null;
      });
    }
    if (this.#worker === null) {
      const worker = new WorkerProcess(this.#simulation, this.#setting, this.#sent);
      this.#worker = worker;
      this.#supervise(worker, () => {
        this.#endWorker(worker);
      });
    }
  }

  /** A process may end by itself when the disk fails it; it is started again soon. */
  #supervise(program: IngestProcess | WorkerProcess, ended: () => void): void {
    program.run(this.#disk).catch((error) => {
      if (!program.process.isAlive) return;
      if (!this.#mayFail || !isFileError(error)) {
        this.#failure ??= error;
        return;
      }
      this.#simulation.note(`${program.process.name} ends: ${error.message}`);
      this.#simulation.kill(program.process);
      ended();
      void this.#operator.clock.sleep(10 * 60_000).then(() => this.#start());
    });
  }

  #spoilDisk(): void {
    const { random } = this.#simulation;
    this.#mayFail = true;
    const chance = () => random.pick([0, 0.02, 0.3]);
    if (random.chance(0.3)) this.#disk.fill(random.int(0, 20_000));
    else this.#disk.faults = { write: chance(), sync: chance(), names: chance(), code: random.pick(['EIO', 'ENOSPC']) };
  }

  async #disturb(): Promise<void> {
    const { random } = this.#simulation;
    const dice = random.next();
    if (dice < 0.25) this.#killWorker();
    else if (dice < 0.4) this.#killIngest();
    else if (dice < 0.75) {
      this.#killWorker();
      this.#killIngest();
      this.#disk.losePower();
      this.#counts.powerLosses++;
    }
  }

  #killWorker(): void {
    if (this.#worker === null) return;
    this.#counts.kills++;
    this.#simulation.kill(this.#worker.process);
    this.#endWorker(this.#worker);
  }

  #killIngest(): void {
    if (this.#ingest === null) return;
    this.#counts.kills++;
    this.#simulation.kill(this.#ingest.process);
    this.#ingest = null;
  }

  #endWorker(worker: WorkerProcess): void {
    worker.endDeletions();
    this.#damage += worker.damage.length;
    this.#counts.answers += worker.answers;
    this.#counts.windows += worker.windows;
    this.#counts.partial += worker.partial;
    this.#counts.lost += worker.lost;
    this.#worker = null;
  }

  #rot(): void {
    if (rot(this.#disk, this.#simulation, this.#sent, this.#worker?.engine?.stats().blocks ?? null)) this.#counts.rotten++;
  }

  /** Senders pause until everything that was acknowledged is in the engine; then all of it must be found. */
  async #settle(clock: { sleep(ms: number): Promise<void>; now(): number }): Promise<void> {
    const beganMs = clock.now();
    let hasChecked = false;
    for (;;) {
      this.#start();
      this.#assertHealthy();
      const { ingest, worker } = { ingest: this.#ingest as IngestProcess, worker: this.#worker as WorkerProcess };
      // The next record mends what says how far the log is durable; a worker that opens may wait for that.
      ingest.quiet = worker.engine !== null;
      await clock.sleep(1_000);
      // Who has ended meanwhile answers no more.
      const areUp = ingest === this.#ingest && worker === this.#worker;
      if (areUp && ingest.isIdle && (await worker.hasCaughtUp()) && worker.hasMoved) {
        if (hasChecked) break;
        // Upkeep before it may have made blocks that are to move.
        await worker.upkeep();
        await worker.checkWindows();
        hasChecked = true;
      }
      // Blocks come of age while others are moved.
      if (clock.now() - beganMs > 3 * HOUR_MS) throw new Error('the worker does not catch up');
    }
    this.#mayFail = false;
    const worker = this.#worker as WorkerProcess;
    await worker.check();
    if (worker.lost > 0 && this.#damage + worker.damage.length === 0)
      throw new Error(`${worker.lost} samples are lost, and nobody said so`);
    for (const error of worker.damage)
      if (!(error.offset >= 0) || error.file === '') throw new Error(`damage without a place: ${error.message}`);
    if (this.#counts.rotten === 0 && worker.damage.length > 0) throw new Error(`damage where there is none: ${worker.damage[0].message}`);
    (this.#ingest as IngestProcess).quiet = false;
  }

  async #stopAll(clock: Parameters<typeof within>[0]): Promise<void> {
    const { ingest, worker } = { ingest: this.#ingest as IngestProcess, worker: this.#worker as WorkerProcess };
    await within(clock, 'stopping the worker', worker.stop());
    await within(clock, 'stopping the ingest', ingest.stop());
    for (const { process } of [ingest, worker]) {
      const open = this.#disk.openFiles(process);
      if (open > 0) throw new Error(`${process.name} has left ${open} files open`);
      this.#simulation.kill(process);
    }
    this.#endWorker(worker);
    this.#ingest = null;
  }

  /** After an orderly start there is nothing on the disk that nobody needs. */
  #checkLeftovers(): void {
    const { blocks = [], quarantined: aside = [] } = this.#worker?.engine?.stats() ?? {};
    // What is damaged in another place stays there.
    const damaged = aside.flatMap(({ id }) => [...filesOf(id, 'slow'), ...filesOf(id, 'cold')]);
    const live = new Set([...blocks.flatMap(({ id, place }) => filesOf(id, place)), ...damaged]);
    const expected = [
      /^\/data\/partition-0\/(METADATA|(MANIFEST|TOMBSTONES|CLOCK)(\.copy)?|quarantine\/.+)$/,
      /^\/data\/partition-0\/(far\/PAGES|head\/(SNAPSHOT|PARTS))$/,
      /^\/data\/log\/(log\.json|durable|0\/\d{16}\.seg)$/,
    ];
    const left = this.#disk.files().filter(({ path }) => !live.has(path) && !expected.some((pattern) => pattern.test(path)));
    if (left.length > 0) throw new Error(`left behind: ${left.map(({ path }) => path).join(', ')}`);
    const quarantined = this.#disk.files().filter(({ path }) => path.startsWith(`${ENGINE_FOLDER}/quarantine/`));
    if (quarantined.length > 2 * this.#counts.rotten) throw new Error(`${quarantined.length} files in quarantine`);
    const segments = this.#disk.files().filter(({ path }) => path.startsWith(`${LOG_FOLDER}/0/`));
    if (segments.length > this.#sent.records.length + 10) throw new Error(`${segments.length} segments`);
  }

  #assertHealthy(): void {
    if (this.#failure !== null) throw this.#failure;
  }
}

/** Of a live block, in its place. */
function filesOf(id: string, place: string | null): string[] {
  if (place === null) return [`${ENGINE_FOLDER}/blocks/${id}.block`];
  if (place === 'slow') return [`${SLOW_FOLDER}/${id}.block`];
  return [`${STORE_FOLDER}/cold/${id}.block`, `${STORE_FOLDER}/cold/${id}.json`, `${ENGINE_FOLDER}/far/cold/${id}.header`];
}
