/** What apps/ingest does with the log: some senders, an encoder for the partition, one writer. */
import type { Prng } from '@tidemark/base';
import type { Process, SimulatedDisk, Simulation } from '@tidemark/base/simulation';
import { type AppendResult, type LogWriter, RecordEncoder } from '@tidemark/log';
import { type FileLogEvent, openFileLogWriter } from '@tidemark/log/file';
import { within } from './hang.ts';
import { RandomSender, type SenderBatch } from './random-samples.ts';
import { readRecordHead } from './record-head.ts';
import { bitsOf, HISTOGRAM_BYTES, HISTOGRAMS } from './sample-bits.ts';
import type { SentRecord, SentSample, SentSamples } from './sent-samples.ts';
import { LOG_FOLDER, type Setting } from './setting.ts';

export class IngestProcess {
  readonly process: Process;
  readonly #setting: Setting;
  readonly #sent: SentSamples;
  readonly #random: Prng;
  readonly #encoder: RecordEncoder;
  readonly #senders: RandomSender[];
  readonly #onLoss: () => void;
  #writer: LogWriter | null = null;
  #isQuiet = false;
  #waiting: Waiting[] = [];
  #flushing: Promise<void> | null = null;

  /** `onLoss` hears when the writer says that it has found a torn or damaged end. */
  constructor(simulation: Simulation, setting: Setting, sent: SentSamples, onLoss: () => void) {
    this.#onLoss = onLoss;
    this.process = simulation.start('ingest');
    this.#setting = setting;
    this.#sent = sent;
    this.#random = simulation.random;
    const producer = Uint8Array.from({ length: 8 }, () => this.#random.int(0, 256));
    this.#encoder = new RecordEncoder({ producer, clock: this.process.clock });
    this.#senders = Array.from({ length: setting.senders }, (_, i) => new RandomSender(i, this.#random, setting.lateMsMax));
  }

  async run(disk: SimulatedDisk): Promise<void> {
    const { log } = this.#setting;
    const { clock } = this.process;
    const files = disk.filesOf(this.process);
    const report = ({ kind }: FileLogEvent) => {
      if (kind === 'torn_tail' || kind === 'damage') this.#onLoss();
    };
    this.#writer = await openFileLogWriter({ ...log, dir: LOG_FOLDER, partitions: 1, clock, files, report });
    await Promise.all(this.#senders.map((sender) => this.#send(sender)));
  }

  get isIdle(): boolean {
    return this.#writer !== null && this.#flushing === null;
  }

  /** Senders pause; what is under way is answered. */
  set quiet(isQuiet: boolean) {
    this.#isQuiet = isQuiet;
  }

  async stop(): Promise<void> {
    this.#isQuiet = true;
    await this.#writer?.close();
  }

  async #send(sender: RandomSender): Promise<void> {
    const { clock } = this.process;
    for (;;) {
      await clock.sleep(this.#random.int(1, 2 * this.#setting.sendEveryMs));
      if (this.#isQuiet) continue;
      const batches = Array.from({ length: this.#random.chance(0.9) ? 1 : 3 }, () => sender.next(clock.now()));
      await within(clock, 'a batch', Promise.all(batches.map((batch) => this.#publish(batch))));
    }
  }

  #publish(batch: SenderBatch): Promise<void> {
    return new Promise((settle, fail) => {
      this.#waiting.push({ batch, settle, fail });
      this.#flushing ??= this.#flushAll();
    });
  }

  /** As the lanes of apps/ingest: a record for each tenant, one flush at a time, and all of it is refused when a part is. */
  async #flushAll(): Promise<void> {
    await Promise.resolve();
    while (this.#waiting.length > 0) {
      const waiting = this.#waiting.splice(0);
      try {
        const byTenant = Map.groupBy(waiting, ({ batch }) => batch.tenant);
        const flushed = [...byTenant].map(([tenant, list]) =>
          this.#append(
            tenant,
            list.map(({ batch }) => batch),
          ),
        );
        const appended = await Promise.all(flushed);
        if (appended.every(({ result }) => result.kind === 'appended')) {
          for (const { record, result } of appended) this.#sent.answered(record, result);
        } else this.#encoder.restartEpoch();
        for (const { settle } of waiting) settle();
      } catch (error) {
        for (const { fail } of waiting) fail(error);
      }
    }
    this.#flushing = null;
  }

  async #append(tenant: string, batches: readonly SenderBatch[]): Promise<{ readonly record: SentRecord; readonly result: AppendResult }> {
    const columns = batches.map((batch) => batch.columns);
    const { bytes } = this.#encoder.encode({ tenant, columns, metadata: [], histograms: HISTOGRAM_BYTES });
    const record: SentRecord = { ...readRecordHead(bytes), tenant, samples: batches.flatMap(samplesOf), offset: null };
    this.#sent.send(record);
    return { record, result: await (this.#writer as LogWriter).append(0, bytes) };
  }
}

interface Waiting {
  readonly batch: SenderBatch;
  readonly settle: () => void;
  readonly fail: (error: unknown) => void;
}

function samplesOf({ sender, tenant, labels, columns: { numbers, timesMs, values } }: SenderBatch): SentSample[] {
  const bits = bitsOf({ times: timesMs, values, histograms: HISTOGRAMS });
  return Array.from(numbers, (number, i) => ({
    named: `${sender} ${tenant} ${number}`,
    labels: labels[number],
    timeMs: timesMs[i],
    bits: bits[i],
    mayBeLost: false,
  }));
}
