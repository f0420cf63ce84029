import { ProtobufWriter } from '@tidemark/base/wire';
import { writeHistogram } from '@tidemark/tsdb/histogram-message';
import type { HistogramSamples } from '@tidemark/tsdb/prometheus-histogram-reader';
import type { ColumnBuilder } from './column-builder.ts';

/** Those of a chunk whose times are wanted, as they will be sent. */
export function addHistograms(
  samples: ColumnBuilder,
  { times, histograms }: HistogramSamples,
  isWanted: (timeMs: number) => boolean,
): void {
  for (const [i, histogram] of histograms.entries()) {
    if (!isWanted(times[i])) continue;
    const message = new ProtobufWriter();
    if (histogram !== null) writeHistogram(message, times[i], histogram);
    samples.addHistogram(times[i], histogram === null ? null : message.view().slice());
  }
}
