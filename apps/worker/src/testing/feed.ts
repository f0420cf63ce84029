import type { Clock } from '@tidemark/base';
import { type LogWriter, NamedSeries, RecordEncoder } from '@tidemark/log';
import { DEFAULT_TENANT, Labels, type MetricMetadata } from '@tidemark/tsdb/model';

/** Samples into a log, as ingest would write them. */
export interface FedSample {
  readonly labels: Readonly<Record<string, string>>;
  readonly atMs: number;
  readonly value: number;
}

export class Feed {
  readonly #writer: LogWriter;
  readonly #encoder: RecordEncoder;

  constructor(writer: LogWriter, clock: Clock, producer = 1) {
    this.#writer = writer;
    this.#encoder = new RecordEncoder({ producer: new Uint8Array(8).fill(producer), clock });
  }

  /** One record into partition 0. */
  async send(samples: readonly FedSample[], tenant = DEFAULT_TENANT, metadata: readonly MetricMetadata[] = []): Promise<void> {
    const { bytes } = this.#encoder.encode({
      tenant,
      columns: [
        {
          table: NamedSeries.of(samples.map(({ labels }) => Labels.from(labels))),
          numbers: Uint32Array.from(samples, (_, i) => i),
          timesMs: Float64Array.from(samples, ({ atMs }) => atMs),
          values: Float64Array.from(samples, ({ value }) => value),
        },
      ],
      metadata,
    });
    await this.#writer.append(0, bytes);
  }
}
