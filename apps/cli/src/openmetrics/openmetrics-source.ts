import { createHash } from 'node:crypto';
import { createReadStream, statSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Millis } from '@tidemark/base';
import { FamilyMetadata } from '@tidemark/tsdb/exposition';
import { Labels } from '@tidemark/tsdb/model';
import { CommandFailure } from '../failure.ts';
import type { Progress } from '../import/progress.ts';
import { ImportNotes, type ImportSource, type SeriesPart } from '../import/source.ts';
import { readExposition } from './read-exposition.ts';
import { Spool } from './spool.ts';

/** Files of OpenMetrics text, or the standard input (`-`). All of it is read, and must be whole, before anything of it is sent. */
export class OpenMetricsSource implements ImportSource {
  readonly fingerprint: string;
  readonly title: string;
  readonly fromMs = null;
  readonly toMs = null;
  readonly notes = new ImportNotes();
  readonly #files: readonly string[];
  readonly #stdin: AsyncIterable<Uint8Array>;
  readonly #progress: Progress;
  readonly #spool = new Spool();
  readonly #labels: Labels[] = [];
  readonly #numbers = new Map<string, number>();
  readonly #metadata = new FamilyMetadata();

  constructor(files: readonly string[], stdin: AsyncIterable<Uint8Array>, progress: Progress) {
    this.#files = files;
    this.#stdin = stdin;
    this.#progress = progress;
    this.title = files.length === 1 ? nameOf(files[0]) : `${files.length} files`;
    this.fingerprint = createHash('sha256')
      .update(JSON.stringify(files.map(identityOf)))
      .digest('hex');
  }

  get metadata() {
    return this.#metadata.families;
  }

  async windows(): Promise<readonly Millis[]> {
    for (const file of this.#files) {
      const bytes = file === '-' ? this.#stdin : createReadStream(file, { highWaterMark: 2 ** 20 });
      await readExposition(nameOf(file), this.#counted(nameOf(file), bytes), {
        comment: ({ keyword, family, value }) => this.#metadata.apply(keyword, family, value, 'openmetrics'),
        series: (pairs) => this.#numberOf(pairs),
        sample: (series, timeMs, value) => this.#spool.add(series, timeMs, value),
      });
    }
    return this.#spool.windows;
  }

  async *read(windowMs: Millis): AsyncIterable<SeriesPart> {
    for (const { series, times, values } of this.#spool.read(windowMs)) yield { labels: this.#labels[series], times, values };
  }

  async close(): Promise<void> {
    this.#spool.close();
  }

  #numberOf(pairs: readonly string[]): number {
    const labels = Labels.from(Array.from({ length: pairs.length / 2 }, (_, i) => [pairs[2 * i], pairs[2 * i + 1]] as const));
    let number = this.#numbers.get(labels.key);
    if (number === undefined) {
      number = this.#labels.push(labels) - 1;
      this.#numbers.set(labels.key, number);
    }
    return number;
  }

  async *#counted(name: string, chunks: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
    let bytes = 0;
    for await (const chunk of chunks) {
      yield chunk;
      bytes += chunk.length;
      this.#progress.preparing(`reading ${name}: ${(bytes / 2 ** 20).toFixed(0)} MiB`);
    }
  }
}

function nameOf(file: string): string {
  return file === '-' ? 'the standard input' : file;
}

/** What tells a file from another one, or from itself before it was changed. */
function identityOf(file: string): readonly unknown[] {
  if (file === '-') return ['-'];
  try {
    const { size, mtimeMs } = statSync(file);
    return [resolve(file), size, mtimeMs];
  } catch (error) {
    throw new CommandFailure(`${file} cannot be read (${(error as NodeJS.ErrnoException).code})`);
  }
}
