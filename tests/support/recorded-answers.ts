/**
 * What Prometheus answers, kept in files, so that it is compared with where there is none: gzip of
 *
 *   {"version":[3,14],"startS":…,"answers":[{"request":"query?query=…","status":200,"type":"application/json","body":…},…]}
 *
 * `node tests/support/record-answers.ts` writes them anew, with the Prometheus on the path.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { withoutOwn } from './api-requests.ts';
import { ROOT } from './source-tree.ts';

export interface RecordedAnswers {
  readonly version: readonly [number, number];
  /** The hour that the samples are of. */
  readonly startS: number;
  readonly answers: readonly RecordedAnswer[];
}

export interface RecordedAnswer {
  /** Below `/api/v1/`, with its parameters. */
  readonly request: string;
  readonly status: number;
  readonly type: string | null;
  readonly body: unknown;
}

export type RecordedSet = 'api' | 'compliance';

export function readAnswers(set: RecordedSet): RecordedAnswers {
  return JSON.parse(gunzipSync(readFileSync(pathOf(set))).toString());
}

export function writeAnswers(set: RecordedSet, answers: RecordedAnswers): void {
  writeFileSync(pathOf(set), gzipSync(JSON.stringify(answers), { level: 9 }));
}

/** Asks by GET. */
export async function answerTo(url: string, request: string): Promise<RecordedAnswer> {
  const [path, query = ''] = request.split('?');
  const reply = await fetch(`${url}/api/v1/${path}?${new URLSearchParams(query)}`);
  const type = reply.headers.get('content-type');
  const text = await reply.text();
  return { request, status: reply.status, type, body: type === 'application/json' ? JSON.parse(text, withoutOwn) : text };
}

/** Of the hour that begins at `startS`: some steps, late enough that an hour lies behind nearly all of them. */
export function complianceRequest(query: string, startS: number): string {
  const times = { start: String(startS + 50 * 60 + 3), end: String(startS + 58 * 60 + 3), step: '120' };
  return `query_range?${new URLSearchParams({ query, ...times })}`;
}

function pathOf(set: RecordedSet): string {
  return join(ROOT, `testdata/prometheus/${set}.json.gz`);
}
