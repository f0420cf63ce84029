import { type Exemplar, Labels, TIME_MS_MAX } from '@tidemark/tsdb/model';
import { EXEMPLAR_LABELS_CHARS_MAX, EXEMPLARS_BYTES_PER_RECORD } from '../limits.ts';

/** An exemplar as it was sent; `pairs` is name, value, name, value …, null stands for text that is no UTF-8. Null when it cannot be taken. */
export function exemplarOf(series: Labels, pairs: readonly (string | null)[], timeMs: number, value: number): Exemplar | null {
  if (!(Math.abs(timeMs) <= TIME_MS_MAX)) return null;
  const labels: [string, string][] = [];
  let chars = 0;
  for (let at = 0; at < pairs.length; at += 2) {
    const [name, text = null] = [pairs[at], pairs[at + 1]]; // References may be cut in the middle.
    if (name === null || text === null || name === '' || !name.isWellFormed() || !text.isWellFormed()) return null;
    chars += name.length + text.length;
    labels.push([name, text]);
  }
  return chars > EXEMPLAR_LABELS_CHARS_MAX ? null : { series, labels: Labels.from(labels), timeMs, value };
}

/** Where those of one record end that begin at `from`. */
export function exemplarsEnd(exemplars: readonly Exemplar[], from: number): number {
  let to = from;
  for (let bytes = 0; to < exemplars.length && bytes < EXEMPLARS_BYTES_PER_RECORD; to++) bytes += bytesAtMost(exemplars[to]);
  return to;
}

function bytesAtMost({ series, labels }: Exemplar): number {
  let units = 0;
  for (const text of series.pairs) units += text.length;
  for (const text of labels.pairs) units += text.length;
  return 3 * units + EXEMPLAR_BYTES;
}

/** Time, value and counts. */
const EXEMPLAR_BYTES = 24;
