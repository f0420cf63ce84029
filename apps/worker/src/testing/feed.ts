import type { Clock } from '@tidemark/base';
import { type LogWriter, RecordEncoder } from '@tidemark/log';
import { DEFAULT_TENANT, type Exemplar, Labels, type MetricMetadata, NamedSeries, writeStaleAt } from '@tidemark/tsdb/model';
import { Placement } from '@tidemark/tsdb/shard';

/** Samples into a log, as ingest would write them. */
export interface FedSample {
  readonly labels: Readonly<Record<string, string>>;
  readonly atMs: number;
  readonly value: number | 'stale';
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
      const { bytes } = this.#encoders[partition].encode({
        tenant,
        columns: [
          {
            table: NamedSeries.of(here.map(({ labels }) => Labels.from(labels))),
            numbers: Uint32Array.from(here, (_, i) => i),
            timesMs: Float64Array.from(here, ({ atMs }) => atMs),
            values: columnOf(here),
          },
        ],
        metadata,
        exemplars: exemplarsBy.get(partition) ?? [],
      });
      await this.#writer.append(partition, bytes);
    }
  }
}

function columnOf(samples: readonly FedSample[]): Float64Array {
  const values = new Float64Array(samples.length);
  for (const [i, { value }] of samples.entries()) {
    if (value === 'stale') writeStaleAt(values, i);
    else values[i] = value;
  }
  return values;
}
