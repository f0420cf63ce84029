import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { Labels } from '../model/labels.ts';

/** 900 scrapes at 1 s of a node_exporter and an application; see testdata/. */
export interface CapturedSeries {
  readonly labels: Labels;
  readonly times: Float64Array;
  readonly values: Float64Array;
}

export function readCapture(): CapturedSeries[] {
  const file = new URL('../../../../testdata/node_exporter_1s_900.ndjson.gz', import.meta.url);
  const [head, ...lines] = gunzipSync(readFileSync(file)).toString('utf8').trimEnd().split('\n');
  const { jobs } = JSON.parse(head).meta;
  return lines.map((line) => {
    const { job, series, v } = JSON.parse(line) as { job: string; series: string; v: (number | string | null)[] };
    const present = v.flatMap((value, i) => (value === null ? [] : [i]));
    return {
      labels: parseSeries(series, job),
      times: Float64Array.from(present, (i) => jobs[job].ts_ms[i]),
      values: Float64Array.from(present, (i) => numberOf(v[i] as number | string)),
    };
  });
}

function numberOf(value: number | string): number {
  if (value === '+Inf') return Number.POSITIVE_INFINITY;
  return value === '-Inf' ? Number.NEGATIVE_INFINITY : Number(value);
}

/** `name{label="value",…}` as the exposition writes it. */
function parseSeries(text: string, job: string): Labels {
  const brace = text.indexOf('{');
  const entries: [string, string][] = [
    ['__name__', brace < 0 ? text : text.slice(0, brace)],
    ['job', job],
  ];
  for (const [, name, value] of (brace < 0 ? '' : text.slice(brace)).matchAll(/([a-zA-Z_]\w*)="((?:[^"\\]|\\.)*)"/g)) {
    entries.push([name, value.replace(/\\(.)/g, (_, escaped) => (escaped === 'n' ? '\n' : escaped))]);
  }
  return Labels.from(entries);
}
