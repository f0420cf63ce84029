/** The captured data in testdata/, read with nothing of the product: lines of JSON, text split at blanks, `Number`. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { ROOT } from './source-tree.ts';

export interface RawScrape {
  readonly ts: number;
  readonly job: string;
  readonly body: string;
}

/** Sixty answers of each of two targets, a second apart. */
export function rawScrapes(): RawScrape[] {
  return linesOf('node_exporter_raw_scrapes_60.ndjson.gz').map((line) => JSON.parse(line));
}

export interface CapturedSeries {
  readonly labels: [string, string][];
  readonly timesMs: readonly number[];
  /** Null where the series was not there. */
  readonly values: readonly (number | null)[];
}

/** Nine hundred scrapes of the same targets, by series. */
export function capturedSeries(): CapturedSeries[] {
  const [head, ...lines] = linesOf('node_exporter_1s_900.ndjson.gz');
  const { jobs } = JSON.parse(head).meta;
  return lines.map((line) => {
    const { job, series, v } = JSON.parse(line) as { job: string; series: string; v: (number | string | null)[] };
    const labels = [...labelsOf(series), ['job', job] as [string, string]];
    return { labels, timesMs: jobs[job].ts_ms, values: v.map((value) => (value === null ? null : numberOf(String(value)))) };
  });
}

export interface CapturedRequest {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

/** What a real Prometheus sent over remote write, with its headers. */
export function capturedRequests(version: '1.0' | '2.0'): CapturedRequest[] {
  return linesOf(`remote_write_${version}_prometheus_3.14.ndjson.gz`).map((line) => {
    const { headers, body } = JSON.parse(line);
    return { headers, body: Buffer.from(body, 'base64') };
  });
}

/** The samples of an exposition without timestamps. */
export function samplesOf(body: string): { series: string; value: number }[] {
  return body
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => {
      const blank = line.lastIndexOf(' ');
      return { series: line.slice(0, blank).trim(), value: numberOf(line.slice(blank + 1)) };
    });
}

/** `name{label="value",…}` */
export function labelsOf(series: string): [string, string][] {
  const brace = series.indexOf('{');
  const labels: [string, string][] = [['__name__', brace < 0 ? series : series.slice(0, brace)]];
  for (const [, name, value] of (brace < 0 ? '' : series.slice(brace)).matchAll(/(\w+)="((?:[^"\\]|\\.)*)"/g)) {
    if (value !== '') labels.push([name, value.replace(/\\(.)/g, (_, escaped) => (escaped === 'n' ? '\n' : escaped))]);
  }
  return labels;
}

function numberOf(token: string): number {
  return Number(token.replace(/Inf$/, 'Infinity'));
}

function linesOf(file: string): string[] {
  return gunzipSync(readFileSync(join(ROOT, 'testdata', file)))
    .toString()
    .trimEnd()
    .split('\n');
}
