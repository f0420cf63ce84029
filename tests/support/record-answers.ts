/**
 * `node tests/support/record-answers.ts QUERIES`: asks the Prometheus on the path what recorded-answers.ts keeps. QUERIES is the compliance
 * tester's promql-test-queries.yml.
 */
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { apiRequests, apiSeries, DIFFERENT } from './api-requests.ts';
import { inTimeOrder } from './both.ts';
import { readComplianceQueries } from './compliance-queries.ts';
import { demoSeries } from './demo-series.ts';
import { startPrometheus } from './prometheus.ts';
import { answerTo, complianceRequest, writeAnswers } from './recorded-answers.ts';
import { encodeWriteRequest, type SeriesToSend, sendWriteRequest } from './remote-write.ts';
import { ROOT } from './source-tree.ts';

/** 14 November 2023, 22:00 UTC. */
const START_S = 1_699_999_200;

const [file] = process.argv.slice(2);
if (file === undefined) {
  console.error('usage: record-answers QUERIES');
  process.exit(2);
}
const folder = await mkdtemp(join(tmpdir(), 'tidemark-record-'));
const prometheus = await startPrometheus(folder);
try {
  await mkdir(join(ROOT, 'testdata/prometheus'), { recursive: true });
  await load(apiSeries(START_S));
  const requests = apiRequests(START_S).filter((request) => !DIFFERENT.test(request));
  await record('api', requests);
  await load(demoSeries(START_S * 1000, (START_S + 3600) * 1000));
  await record(
    'compliance',
    readComplianceQueries(file).map(({ query }) => complianceRequest(query, START_S)),
  );
} finally {
  await prometheus.stop();
  await rm(folder, { recursive: true });
}

async function load(series: readonly SeriesToSend[]): Promise<void> {
  for (const part of inTimeOrder(series)) {
    const reply = await sendWriteRequest(prometheus.url, encodeWriteRequest(part));
    if (!reply.ok) throw new Error(`${reply.status}: ${await reply.text()}`);
  }
}

async function record(set: 'api' | 'compliance', requests: readonly string[]): Promise<void> {
  const answers = [];
  for (const request of requests) answers.push(await answerTo(prometheus.url, request));
  writeAnswers(set, { version: prometheus.version, startS: START_S, answers });
  console.log(`${set}: ${answers.length} answers`);
}
