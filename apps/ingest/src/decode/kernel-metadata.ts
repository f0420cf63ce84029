import type { NamedSeries } from '@tidemark/tsdb/model';
import { type Labels, METRIC_TYPES, type MetricMetadata } from '@tidemark/tsdb/model';
import type { RemoteWriteKernel, SaidOfSeries } from '../kernel/remote-write-kernel.ts';
import { METADATA_NUMBERS_MAX } from '../limits.ts';
import type { KernelTexts } from './kernel-texts.ts';
import { familyOf, metadataOf } from './metadata.ts';

/** What remote write 2.0 says of its metrics: made once, and then known by the number that the kernel was told. */
export class KernelMetadata {
  readonly #kernel: RemoteWriteKernel;
  readonly #texts: KernelTexts;
  /** By number. */
  readonly #known: Said[] = [{ family: '', metadata: null }];
  readonly #numbers = new Map<string, number>();

  constructor(kernel: RemoteWriteKernel, texts: KernelTexts) {
    this.#kernel = kernel;
    this.#texts = texts;
  }

  get isFull(): boolean {
    return this.#known.length >= METADATA_NUMBERS_MAX / 2;
  }

  /** Of the last request: of each family what was said of it first. `table` names the kernel's series. */
  said(table: NamedSeries): readonly MetricMetadata[] {
    const said = this.#kernel.said();
    if (said.length === 0) return NONE;
    const families = new Map<string, MetricMetadata>();
    for (const entry of said) {
      const { family, metadata } = typeof entry === 'number' ? this.#known[entry] : this.#learn(entry, table.labels(entry.series));
      if (metadata !== null && !families.has(family)) families.set(family, metadata);
    }
    return [...families.values()];
  }

  #learn(said: SaidOfSeries, labels: Labels): Said {
    const family = familyOf(labels.name, METRIC_TYPES[said.type] ?? 'unknown');
    const key = `${said.type} ${said.help} ${said.unit} ${family}`;
    let number = this.#numbers.get(key);
    if (number === undefined) {
      const metadata = metadataOf(family, said.type, this.#texts.at(said.help), this.#texts.at(said.unit));
      if (this.#known.length === METADATA_NUMBERS_MAX) return { family, metadata }; // One request brought it all.
      number = this.#known.push({ family, metadata }) - 1;
      this.#numbers.set(key, number);
    }
    this.#kernel.nameMetadata(said, number);
    return this.#known[number];
  }
}

const NONE: readonly MetricMetadata[] = [];

interface Said {
  readonly family: string;
  /** Null when there is nothing to say. */
  readonly metadata: MetricMetadata | null;
}
