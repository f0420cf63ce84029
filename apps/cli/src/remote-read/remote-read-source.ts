import { createHash } from 'node:crypto';
import type { Clock, Millis } from '@tidemark/base';
import { MalformedError, snappyCompress, snappyDecompress } from '@tidemark/base/wire';
import type { Matcher } from '@tidemark/tsdb/model';
import { CommandFailure } from '../failure.ts';
import { addHistograms } from '../import/add-histograms.ts';
import { ColumnBuilder } from '../import/column-builder.ts';
import { reasonOf } from '../import/ingest.ts';
import { ImportNotes, type ImportSource, type SeriesPart } from '../import/source.ts';
import { PATIENCE_MS, READ_BYTES_MAX, RETRY_MS_MAX, RETRY_MS_MIN, WINDOW_MS } from '../limits.ts';
import { readFrames } from './frames.ts';
import { type ReadSeries, readChunkedAnswer, readSamplesAnswer } from './read-answer.ts';
import { encodeReadRequest } from './read-request.ts';

export interface RemoteReadOptions {
  readonly url: string;
  readonly matchers: readonly Matcher[];
  readonly fromMs: Millis;
  /** Included. */
  readonly toMs: Millis;
  readonly headers: Readonly<Record<string, string>>;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

/** A server that speaks Prometheus' remote read, asked for one window after the other. */
export class RemoteReadSource implements ImportSource {
  readonly fingerprint: string;
  readonly title: string;
  readonly metadata = new Map();
  readonly notes = new ImportNotes();
  readonly #options: RemoteReadOptions;
  readonly #samples = new ColumnBuilder();

  constructor(options: RemoteReadOptions) {
    this.#options = options;
    const { url, matchers } = options;
    this.title = new URL(url).host;
    this.fingerprint = createHash('sha256')
      .update(JSON.stringify([url, matchers.map(String)]))
      .digest('hex');
  }

  get fromMs(): Millis {
    return this.#options.fromMs;
  }

  get toMs(): Millis {
    return this.#options.toMs;
  }

  async windows(): Promise<readonly Millis[]> {
    const { fromMs, toMs } = this.#options;
    const windows: Millis[] = [];
    for (let at = Math.floor(fromMs / WINDOW_MS) * WINDOW_MS; at <= toMs; at += WINDOW_MS) windows.push(at);
    return windows;
  }

  async *read(windowMs: Millis): AsyncIterable<SeriesPart> {
    const { fromMs, toMs } = this.#options;
    const range = { fromMs: Math.max(fromMs, windowMs), toMs: Math.min(toMs, windowMs + WINDOW_MS - 1) };
    try {
      // Chunks come as they are, and may reach beyond what was asked for.
      const isAsked = (timeMs: Millis) => timeMs >= range.fromMs && timeMs <= range.toMs;
      for await (const { labels, samples, histograms, messages, unknownChunks } of this.#ask(range.fromMs, range.toMs)) {
        this.notes.add('chunks of an unknown kind', unknownChunks, `${labels}`);
        for (const { times, values } of samples) {
          for (let i = 0; i < times.length; i++) if (isAsked(times[i])) this.#samples.add(times[i], values, i);
        }
        for (const chunk of histograms) addHistograms(this.#samples, chunk, isAsked);
        for (const { timeMs, bytes } of messages) if (isAsked(timeMs)) this.#samples.addHistogram(timeMs, bytes);
        if (this.#samples.length > 0) yield { labels, ...this.#samples.take() };
      }
    } catch (error) {
      const { url, signal } = this.#options;
      if (error instanceof CommandFailure || signal.aborted) throw error;
      if (error instanceof MalformedError) throw new CommandFailure(`${url} answers what is no remote read: ${error.message}`);
      throw new CommandFailure(
        `${url} ended in the middle of an answer (${reasonOf(error)}): run the same command again, and it goes on there`,
      );
    }
  }

  async close(): Promise<void> {}

  async *#ask(fromMs: Millis, toMs: Millis): AsyncGenerator<ReadSeries> {
    const response = await this.#patiently(encodeReadRequest(this.#options.matchers, fromMs, toMs));
    if ((response.headers.get('Content-Type') ?? '').includes('x-streamed-protobuf')) {
      if (response.body === null) return;
      for await (const frame of readFrames(response.body)) yield* readChunkedAnswer(frame);
      return;
    }
    const decompressed = snappyDecompress(Buffer.from(await response.arrayBuffer()), READ_BYTES_MAX);
    if (decompressed.kind === 'malformed') throw new MalformedError(decompressed.reason);
    if (decompressed.kind === 'too_large') throw new MalformedError(`an answer of ${decompressed.bytes} bytes: ask for fewer series`);
    yield* readSamplesAnswer(decompressed.bytes);
  }

  async #patiently(request: Uint8Array): Promise<Response> {
    const { url, headers, clock, signal } = this.#options;
    const body = snappyCompress(request) as unknown as Uint8Array<ArrayBuffer>;
    const giveUpMs = clock.monotonicMs() + PATIENCE_MS;
    for (let waitMs = RETRY_MS_MIN; ; waitMs = Math.min(2 * waitMs, RETRY_MS_MAX)) {
      let problem: string;
      try {
        const response = await fetch(url, {
          method: 'POST',
          headers: {
            'Content-Type': 'application/x-protobuf',
            'Content-Encoding': 'snappy',
            'X-Prometheus-Remote-Read-Version': '0.1.0',
            'User-Agent': 'tidemark-import',
            ...headers,
          },
          body,
          signal,
        });
        if (response.ok) return response;
        problem = `${response.status} ${(await response.text()).trim()}`;
        if (response.status < 500 && response.status !== 429) throw new CommandFailure(`${url} refuses: ${problem}`);
      } catch (error) {
        if (error instanceof CommandFailure) throw error;
        signal.throwIfAborted();
        problem = reasonOf(error);
      }
      if (clock.monotonicMs() > giveUpMs) throw new CommandFailure(`${url} does not answer: ${problem}`);
      await clock.sleep(waitMs, signal);
      signal.throwIfAborted();
    }
  }
}
