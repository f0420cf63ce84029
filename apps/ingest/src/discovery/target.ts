import { formatDuration, parseDurationMs } from '@tidemark/base';
import { Labels } from '@tidemark/tsdb/model';
import { LABEL_NAME_BYTES_MAX, LABEL_VALUE_BYTES_MAX, LABELS_PER_SERIES_MAX } from '../limits.ts';
import type { ScrapeJob, TargetGroup } from '../prometheus-config/job.ts';
import { relabel } from '../relabel/relabel.ts';
import { tooLarge } from '../scrape/settle-labels.ts';

/** One thing to scrape, after relabeling. */
export interface Target {
  readonly job: string;
  readonly url: string;
  /** What its series carry: no label that begins with `__`. */
  readonly labels: Labels;
  /** As discovery found it, before relabeling. */
  readonly discovered: Labels;
  readonly intervalMs: number;
  readonly timeoutMs: number;
  /** Equal for the same URL, labels and timing: two of them in a job are one target. */
  readonly key: string;
}

export type TargetResult =
  | { readonly kind: 'target'; readonly target: Target }
  | { readonly kind: 'dropped'; readonly discovered: Labels }
  | { readonly kind: 'invalid'; readonly discovered: Labels; readonly reason: string };

/** Every address of `group` as `job` sees it. */
export function targetsOf(job: ScrapeJob, group: TargetGroup): TargetResult[] {
  return group.targets.map((address) => targetOf(job, { ...group.labels, __address__: address }));
}

function targetOf(job: ScrapeJob, found: Readonly<Record<string, string>>): TargetResult {
  const labels = new Map(Object.entries(found).filter(([, value]) => value !== ''));
  for (const [name, value] of defaultsOf(job)) if (!labels.has(name) && value !== '') labels.set(name, value);
  const discovered = Labels.from(labels);
  if (!relabel(labels, job.relabelRules)) return { kind: 'dropped', discovered };
  const invalid = (reason: string): TargetResult => ({ kind: 'invalid', discovered, reason });

  const address = labels.get('__address__') ?? '';
  if (address === '') return invalid('no address: __address__ is empty after relabeling');
  if (address.includes('/')) return invalid(`"${address}" is no host or host:port`);
  const intervalMs = parseDurationMs(labels.get('__scrape_interval__') ?? '') ?? 0;
  const timeoutMs = parseDurationMs(labels.get('__scrape_timeout__') ?? '') ?? 0;
  if (intervalMs === 0) return invalid('__scrape_interval__ is no duration above 0');
  if (timeoutMs === 0) return invalid('__scrape_timeout__ is no duration above 0');
  if (timeoutMs > intervalMs) return invalid('the scrape timeout is longer than the scrape interval');
  const url = urlOf(job, labels, address);
  if (url === null) return invalid(`no valid URL can be made of address "${address}"`);

  if (!labels.has('instance')) labels.set('instance', address);
  const visible = Labels.from([...labels].filter(([name]) => !name.startsWith('__')));
  const reason = tooLarge(visible, LABELS_PER_SERIES_MAX - 1, LABEL_NAME_BYTES_MAX, LABEL_VALUE_BYTES_MAX);
  if (reason !== null) return invalid(reason);
  const key = `${url} ${intervalMs} ${timeoutMs} ${visible.key}`;
  return { kind: 'target', target: { job: job.name, url, labels: visible, discovered, intervalMs, timeoutMs, key } };
}

function defaultsOf(job: ScrapeJob): [string, string][] {
  return [
    ['job', job.name],
    ['__scrape_interval__', formatDuration(job.intervalMs)],
    ['__scrape_timeout__', formatDuration(job.timeoutMs)],
    ['__metrics_path__', job.metricsPath],
    ['__scheme__', job.scheme],
    ...Object.entries(job.params).map(([name, values]): [string, string] => [`__param_${name}`, values[0] ?? '']),
  ];
}

/** `__param_x` replaces the first value of parameter x; the others stay. */
function urlOf(job: ScrapeJob, labels: ReadonlyMap<string, string>, address: string): string | null {
  const scheme = labels.get('__scheme__') ?? '';
  if (scheme !== 'http' && scheme !== 'https') return null;
  const params = new Map(Object.entries(job.params).map(([name, values]) => [name, [...values]]));
  for (const [name, value] of labels) {
    if (!name.startsWith('__param_')) continue;
    const param = name.slice('__param_'.length);
    params.set(param, [value, ...(params.get(param) ?? []).slice(1)]);
  }
  const [path, query = ''] = (labels.get('__metrics_path__') ?? '').split('?', 2);
  const search = new URLSearchParams(query);
  for (const [name, values] of params) for (const value of values) search.append(name, value);
  const text = `${scheme}://${address}${path.startsWith('/') ? '' : '/'}${path}${search.size > 0 ? `?${search}` : ''}`;
  return URL.canParse(text) ? text : null;
}
