/**
 * What the legend calls each series: the panel's template, or, without one, the labels that tell the series apart. Pure.
 */
import type { LabelSet } from '@tidemark/rpc';
import { labelsText } from '../../lib/frame.ts';

/** `{{label}}` is replaced; a label that a series lacks is empty. */
export function renderLegend(template: string, labels: LabelSet): string {
  const text = template.replace(/\{\{\s*([\w.:-]+)\s*\}\}/g, (_, name: string) => labels[name] ?? '').trim();
  return text === '' ? labelsText(labels) : text;
}

export function seriesNames(template: string, series: readonly LabelSet[], expr: string): string[] {
  if (template !== '') return series.map((labels) => renderLegend(template, labels));
  const differing = differingLabels(series);
  return series.map((labels) => {
    if (differing.length === 0) return labels.__name__ ?? (Object.keys(labels).length === 0 ? expr : labelsText(labels));
    if (differing.length === 1) return labels[differing[0]] ?? '(none)';
    return differing.map((name) => labels[name] ?? '–').join(' · ');
  });
}

/** Names of labels that not all series share, sorted, the metric's name first. */
export function differingLabels(series: readonly LabelSet[]): string[] {
  if (series.length <= 1) return [];
  const names = new Set(series.flatMap((labels) => Object.keys(labels)));
  return [...names]
    .filter((name) => series.some((labels) => labels[name] !== series[0][name]))
    .sort((a, b) => rank(a) - rank(b) || (a < b ? -1 : 1));
}

function rank(name: string): number {
  return name === '__name__' ? 0 : 1;
}
