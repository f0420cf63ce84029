/**
 * Labels as a sender gave them, checked: names and values as Prometheus 3 has them (any UTF-8), sorted here if need be.
 * An empty value is no label.
 */
import { compareNames, Labels, METRIC_NAME } from '@tidemark/tsdb/model';
import { LABEL_NAME_BYTES_MAX, LABEL_VALUE_BYTES_MAX, LABELS_PER_SERIES_MAX } from '../limits.ts';

export type CheckedLabels =
  | { readonly kind: 'labels'; readonly labels: Labels }
  /** With the series named, for the answer. */
  | { readonly kind: 'refused'; readonly reason: string };

/** `sent` is name, value, name, value …; null stands for text that is no UTF-8. */
export function checkLabels(sent: readonly (string | null)[]): CheckedLabels {
  const problem = problemOf(sent);
  if (problem !== null) return { kind: 'refused', reason: `series ${display(sent)}: ${problem}` };
  return { kind: 'labels', labels: Labels.fromSortedPairs(sortedPairs(sent as readonly string[])) };
}

/** Nothing to be said against it, nor to be done to it: alone, a label of it is taken as it was sent. */
export function isUsualName(name: string | null): name is string {
  return name !== null && name !== '' && name.isWellFormed() && Buffer.byteLength(name) <= LABEL_NAME_BYTES_MAX;
}

export function isUsualValue(value: string | null): value is string {
  return value !== null && value !== '' && value.isWellFormed() && Buffer.byteLength(value) <= LABEL_VALUE_BYTES_MAX;
}

function problemOf(sent: readonly (string | null)[]): string | null {
  if (sent.length / 2 > LABELS_PER_SERIES_MAX) return `${sent.length / 2} labels, ${LABELS_PER_SERIES_MAX} are allowed`;
  const names = new Set<string>();
  let hasMetricName = false;
  for (let i = 0; i < sent.length; i += 2) {
    const name = sent[i];
    const value = sent[i + 1];
    if (name === null || value === null || !name.isWellFormed() || !value.isWellFormed()) return 'a label is not valid UTF-8';
    if (name === '') return 'a label has no name';
    if (Buffer.byteLength(name) > LABEL_NAME_BYTES_MAX) return `the name of a label is longer than ${LABEL_NAME_BYTES_MAX} bytes`;
    if (Buffer.byteLength(value) > LABEL_VALUE_BYTES_MAX)
      return `the value of label "${name}" is longer than ${LABEL_VALUE_BYTES_MAX} bytes`;
    if (names.has(name)) return `label "${name}" is given twice`;
    names.add(name);
    if (name === METRIC_NAME && value !== '') hasMetricName = true;
  }
  return hasMetricName ? null : 'the metric has no name (label __name__)';
}

function sortedPairs(sent: readonly string[]): string[] {
  const labels: [string, string][] = [];
  for (let i = 0; i < sent.length; i += 2) if (sent[i + 1] !== '') labels.push([sent[i], sent[i + 1]]);
  labels.sort(([a], [b]) => compareNames(a, b));
  return labels.flat();
}

/** Short enough for an error message, whatever was sent. */
function display(sent: readonly (string | null)[]): string {
  const shown: string[] = [];
  for (let i = 0; i < sent.length; i += 2) {
    const value = sent[i + 1] ?? '\ufffd';
    shown.push(`${(sent[i] ?? '\ufffd').slice(0, 60)}=${JSON.stringify(value.slice(0, 60))}`);
    if (shown.length === 12 && i + 2 < sent.length) return `{${shown.join(', ')}, …}`;
  }
  return `{${shown.join(', ')}}`;
}
