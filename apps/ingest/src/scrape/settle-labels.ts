import { Labels, METRIC_NAME } from '@tidemark/tsdb/model';
import { LABEL_NAME_BYTES_MAX, LABEL_VALUE_BYTES_MAX, LABELS_PER_SERIES_MAX } from '../limits.ts';
import type { ScrapeJob } from '../prometheus-config/job.ts';
import { type MutableLabels, relabel, setLabel } from '../relabel/relabel.ts';

/**
 * From a series as its target wrote it to the series as it is stored: the target's labels are attached,
 * metric relabeling applied, limits checked. Done once for each series, not for each sample.
 */
export type SettledLabels =
  | { readonly kind: 'kept'; readonly labels: Labels }
  | { readonly kind: 'dropped' }
  /** The whole scrape fails for this reason. */
  | { readonly kind: 'refused'; readonly reason: string };

/** `pairs` as the exposition gives them: name, value, name, value …, empty values included. */
export function settleLabels(pairs: readonly string[], target: Labels, job: ScrapeJob): SettledLabels {
  const labels: MutableLabels = new Map();
  for (let i = 0; i < pairs.length; i += 2) labels.set(pairs[i], pairs[i + 1]);
  if (job.honorLabels) {
    // An empty label of the series' own counts: it takes the target's away.
    for (const [name, value] of target) if (!labels.has(name)) labels.set(name, value);
  } else {
    overrule(labels, target);
  }
  for (const [name, value] of labels) if (value === '') labels.delete(name);
  if (!relabel(labels, job.metricRelabelRules) || labels.size === 0) return { kind: 'dropped' };
  const settled = Labels.from(labels);
  if (settled.name === '') return { kind: 'refused', reason: `series ${settled} has no metric name after relabeling` };
  const reason = overLimit(settled, job);
  return reason === null ? { kind: 'kept', labels: settled } : { kind: 'refused', reason };
}

/** The target's labels win; what the series said under the same name moves to `exported_…`. */
function overrule(labels: MutableLabels, target: Labels): void {
  const moved: [string, string][] = [];
  for (const [name, value] of target) {
    const own = labels.get(name) ?? '';
    if (own !== '') moved.push([name, own]);
    labels.set(name, value);
  }
  moved.sort(([a], [b]) => a.length - b.length);
  for (const [name, value] of moved) {
    let free = name;
    do free = `exported_${free}`;
    while ((labels.get(free) ?? '') !== '');
    setLabel(labels, free, value);
  }
}

function overLimit(labels: Labels, { limits }: ScrapeJob): string | null {
  return tooLarge(
    labels,
    atMost(limits.labels, LABELS_PER_SERIES_MAX),
    atMost(limits.labelNameLength, LABEL_NAME_BYTES_MAX),
    atMost(limits.labelValueLength, LABEL_VALUE_BYTES_MAX),
  );
}

/** Which bound the labels exceed, in words; null when none. Lengths are UTF-8 bytes. */
export function tooLarge(labels: Labels, countMax: number, nameMax: number, valueMax: number): string | null {
  if (labels.size > countMax) return `label_limit exceeded: ${labels.name} has ${labels.size} labels, limit ${countMax}`;
  for (const [name, value] of labels) {
    const place = name === METRIC_NAME ? name : `${name} of ${labels.name}`;
    const nameLength = Buffer.byteLength(name);
    if (nameLength > nameMax) return `label_name_length_limit exceeded: ${place.slice(0, 200)} has ${nameLength} bytes, limit ${nameMax}`;
    const valueLength = Buffer.byteLength(value);
    if (valueLength > valueMax) {
      return `label_value_length_limit exceeded: the value of ${place.slice(0, 200)} has ${valueLength} bytes, limit ${valueMax}`;
    }
  }
  return null;
}

function atMost(limit: number, ceiling: number): number {
  return limit === 0 ? ceiling : Math.min(limit, ceiling);
}
