import type { Clock } from '@tidemark/base';
import { type LogWriter, RecordEncoder } from '@tidemark/log';
import {
  DEFAULT_TENANT,
  type Exemplar,
  encodeHistogram,
  Labels,
  type MetricMetadata,
  markHigh,
  markLow,
  NamedSeries,
  type NativeHistogram,
  writeStaleAt,
} from '@tidemark/tsdb/model';
import { Placement } from '@tidemark/tsdb/shard';

/** Samples into a log, as ingest would write them. */
export interface FedSample {
  readonly labels: Readonly<Record<string, string>>;
  readonly atMs: number;
  readonly value: number | 'stale' | NativeHistogram;
}

export class Feed {
  readonly #writer: LogWriter;
  readonly #placement: Placement;
  /** By partition. */
  readonly #encoders: readonly RecordEncoder[];

  constructor(writer: LogWriter, clock: Clock, producer = 1) {
    this.#writer = writer;
    this.#placement = new Placement(writer.partitions);
    const options = { producer: new Uint8Array(8).fill(producer), clock };
    this.#encoders = Array.from({ length: writer.partitions }, () => new RecordEncoder(options));
  }

  /** One record into each partition that has one of the series, with exemplars of these; metadata alone goes into the first. */
  async send(
    samples: readonly FedSample[],
    tenant = DEFAULT_TENANT,
    metadata: readonly MetricMetadata[] = [],
    exemplars: readonly Exemplar[] = [],
  ): Promise<void> {
    const placed = Map.groupBy(samples, ({ labels }) => this.#placement.partitionOf(tenant, Labels.from(labels)));
    if (placed.size === 0) placed.set(0, []);
    const exemplarsBy = Map.groupBy(exemplars, ({ series }) => this.#placement.partitionOf(tenant, series));
    for (const [partition, here] of placed) {
      const histograms: Uint8Array[] = [];
      const { bytes } = this.#encoders[partition].encode({
        tenant,
        columns: [
          {
            table: NamedSeries.of(here.map(({ labels }) => Labels.from(labels))),
            numbers: Uint32Array.from(here, (_, i) => i),
            timesMs: Float64Array.from(here, ({ atMs }) => atMs),
            values: columnOf(here, histograms),
          },
        ],
        metadata,
        exemplars: exemplarsBy.get(partition) ?? [],
        histograms,
      });
      await this.#writer.append(partition, bytes);
    }
  }
}

/** Adds to `histograms` what marks in the column stand for. */
function columnOf(samples: readonly FedSample[], histograms: Uint8Array[]): Float64Array {
  const values = new Float64Array(samples.length);
  const words = new Uint32Array(values.buffer);
  for (const [i, { value }] of samples.entries()) {
    if (value === 'stale') writeStaleAt(values, i);
    else if (typeof value === 'number') values[i] = value;
    else {
      const number = histograms.push(encodeHistogram(value)) - 1;
      words.set([markLow(number), markHigh(number)], 2 * i);
    }
  }
  return values;
}
