import type { Clock, Millis } from '@tidemark/base';
import { METRIC_NAME, type MetricMetadata } from '@tidemark/tsdb/model';
import { FUTURE_MS, REQUEST_SAMPLES, REQUEST_SERIES, WINDOW_MS } from '../limits.ts';
import type { IngestClient } from './ingest.ts';
import type { IntakeStatus, Pace } from './intake.ts';
import type { Progress } from './progress.ts';
import { ImportNotes, type ImportSource, type SeriesPart } from './source.ts';
import type { StateFile } from './state-file.ts';
import { WriteRequest } from './write-request.ts';

export interface ImportParts {
  readonly source: ImportSource;
  readonly ingest: Pick<IngestClient, 'write'>;
  readonly pace: Pick<Pace, 'status' | 'sent' | 'caughtUp'>;
  /** Null: nothing is written down, and an import that is ended begins anew. */
  readonly state: StateFile | null;
  readonly progress: Progress;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

export interface ImportResult {
  readonly source: string;
  /** Acknowledged, in this run and before. */
  readonly samples: number;
  readonly windows: number;
  /** What was not taken, by its kind, and the first of it. */
  readonly left: readonly { readonly kind: string; readonly count: number; readonly first: string }[];
  /** All of it had been imported before. */
  readonly wasDone: boolean;
}

/**
 * Sends history to ingest as any sender does, window by window: the log keeps it, partitions take it into windows of their own beside
 * what is live, and write each as one block. Whatever was sent before is sent again without harm.
 */
export async function importHistory(parts: ImportParts): Promise<ImportResult> {
  const { source, state, pace, progress, signal } = parts;
  const known = state?.state ?? null;
  if (known?.isDone) return { source: source.title, samples: known.samples, windows: 0, left: [], wasDone: true };
  const before = await pace.status();
  const all = await source.windows();
  const endMs = source.toMs === null ? Number.POSITIVE_INFINITY : source.toMs + 1;
  const doneBeforeMs = known?.doneBeforeMs ?? Number.NEGATIVE_INFINITY;
  const windows = all.filter((window) => Math.min(window + WINDOW_MS, endMs) > doneBeforeMs);
  progress.begin(all.length);
  const sender = new Sender(parts, before.takenFromMs);
  let samples = known?.samples ?? 0;
  for (const [i, windowMs] of windows.entries()) {
    signal.throwIfAborted();
    progress.window(windowMs, all.length - windows.length + i);
    samples += await sender.sendWindow(windowMs);
    state?.done(Math.min(windowMs + WINDOW_MS, endMs), samples);
  }
  await pace.caughtUp();
  sender.noteRefusals(before, await pace.status());
  if (source.toMs === null) state?.finished();
  return {
    source: source.title,
    samples,
    windows: windows.length,
    left: [...source.notes.all, ...sender.notes.all],
    wasDone: windows.length === 0 && known !== null && known.samples > 0,
  };
}

class Sender {
  readonly notes = new ImportNotes();
  readonly #parts: ImportParts;
  readonly #takenFromMs: Millis;
  readonly #takenToMs: Millis;
  readonly #request = new WriteRequest();
  /** Families whose metadata has been sent. */
  readonly #described = new Set<string>();

  constructor(parts: ImportParts, takenFromMs: Millis) {
    this.#parts = parts;
    this.#takenFromMs = takenFromMs;
    this.#takenToMs = parts.clock.now() + FUTURE_MS;
  }

  /** Resolves with how many samples were acknowledged, once all of them are. */
  async sendWindow(windowMs: Millis): Promise<number> {
    if (windowMs + WINDOW_MS <= this.#takenFromMs) {
      this.notes.add(TOO_OLD, 1, new Date(windowMs).toISOString());
      return 0;
    }
    let written = 0;
    const request = this.#request;
    for await (const part of this.#parts.source.read(windowMs)) {
      const [begin, end] = this.#taken(part);
      const metadata = begin < end ? this.#metadataOf(part.labels.get(METRIC_NAME)) : undefined;
      for (let from = begin; from < end; ) {
        const to = Math.min(end, from + REQUEST_SAMPLES - request.samples);
        request.add(part, from, to, from === begin ? metadata : undefined);
        from = to;
        if (request.samples >= REQUEST_SAMPLES || request.seriesCount >= REQUEST_SERIES) written += await this.#send();
      }
    }
    return written + (await this.#send());
  }

  noteRefusals(before: IntakeStatus, after: IntakeStatus): void {
    for (const { reason, samples, example } of after.refused) {
      const more = samples - (before.refused.find((each) => each.reason === reason)?.samples ?? 0);
      // Of these the first one that is there counts, whoever sent them.
      this.notes.add(`samples that the worker refused meanwhile: ${reason}`, Math.max(0, more), example);
    }
  }

  async #send(): Promise<number> {
    const { ingest, pace, progress, signal } = this.#parts;
    if (this.#request.isEmpty) return 0;
    signal.throwIfAborted();
    const sent = this.#request.samples;
    const { samples, refused } = await ingest.write(this.#request.take());
    if (refused !== null) this.notes.add('samples that ingest refused', sent - samples, refused);
    progress.sent(samples);
    await pace.sent(samples);
    return samples;
  }

  /** The part of the samples that the engine takes. */
  #taken({ labels, times }: SeriesPart): readonly [number, number] {
    let from = 0;
    let to = times.length;
    while (from < to && times[from] < this.#takenFromMs) from++;
    while (to > from && times[to - 1] > this.#takenToMs) to--;
    this.notes.add('samples older than what is kept', from, `${labels}`);
    this.notes.add('samples of the future', times.length - to, `${labels}`);
    return [from, to];
  }

  /** Once for each family; a histogram's series carry suffixes. */
  #metadataOf(name: string): MetricMetadata | undefined {
    const { metadata } = this.#parts.source;
    const family = metadata.has(name) ? name : name.replace(/_(total|bucket|count|sum|created|info)$/, '');
    if (this.#described.has(family)) return undefined;
    this.#described.add(family);
    return metadata.get(family);
  }
}

const TOO_OLD = 'windows of two hours before what is kept';
