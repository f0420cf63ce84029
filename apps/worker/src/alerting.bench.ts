/**
 * `node apps/worker/src/alerting.bench.ts`: 1,000 rules over series held in memory, states and ledger in a real
 * PostgreSQL, a webhook on loopback. Figures: name, median, unit, [least .. most].
 */
import { systemClock } from '@tidemark/base';
import { createLogger } from '@tidemark/base/service';
import { waitFor } from '@tidemark/base/testing';
import { startTestDatabase } from '@tidemark/db/testing';
import { ReceiverDraft, RuleDraft } from '@tidemark/rpc';
import type { Queryable, SelectedSeries } from '@tidemark/tsdb';
import { Labels } from '@tidemark/tsdb/model';
import { Registry } from 'prom-client';
import { createAlerting } from './alerting.ts';
import { startWebhookReceiver } from './notify/testing/index.ts';
import { ManualTicks } from './rules/testing/fake-stream.ts';

const RULES = 1_000;
const QUIET_TICKS = 40;
const ALERTS = 40;

/** One series for each rule, found by its label; the newest sample is always fresh. */
const values = new Float64Array(RULES);
const labels = Array.from({ length: RULES }, (_, i) => Labels.from({ __name__: 'bench_value', rule: String(i), instance: `host-${i}` }));
const queryable = {
  select: async ({ matchers, range }): Promise<SelectedSeries[]> => {
    const i = Number(matchers.find(({ name }) => name === 'rule')?.value);
    return [{ labels: labels[i], samples: { times: Float64Array.of(range.toMs), values: Float64Array.of(values[i]) } }];
  },
} as Pick<Queryable, 'select'> as Queryable;

const server = await startTestDatabase({ durable: true });
const hook = await startWebhookReceiver();
const stop = new AbortController();
const ticks = new ManualTicks();
const start = (registry: Registry) => {
  const logger = createLogger('bench', 'error');
  return createAlerting({
    database: server.database,
    source: { queryable },
    ticks,
    clock: systemClock,
    webUrl: 'http://127.0.0.1',
    logger,
    registry,
  });
};
const registry = new Registry();
const alerting = start(registry);
try {
  await alerting.receivers.save(
    'default',
    ReceiverDraft.parse({ name: 'hook', settings: { kind: 'webhook', url: hook.url }, groupBy: ['rule'] }),
  );
  for (let rule = 0; rule < RULES; rule++) {
    const draft = RuleDraft.parse({
      name: `rule-${rule}`,
      expr: `bench_value{rule="${rule}"} > 0.5`,
      labels: { severity: 'page' },
      annotations: { summary: '{{ $labels.instance }} is at {{ $value | humanize }}' },
    });
    await alerting.rules.save('default', draft);
  }
  const runs = alerting.services.map((service) => service.run(stop.signal));
  const engine = alerting.services.at(-1);
  await waitFor('the rules', () => engine?.notReady?.() === null);

  // Ticks run ahead of the clock, one for each measurement: the state machine counts in theirs.
  let atMs = Math.ceil(Date.now() / 1000) * 1000;
  const quiet: number[] = [];
  for (let i = 0; i < QUIET_TICKS; i++) quiet.push(await evaluated());
  print('1,000 rules, one tick, nothing fires', quiet.slice(QUIET_TICKS / 4), 'ms');

  const latency: number[] = [];
  for (let rule = 0; rule < ALERTS; rule++) {
    values[rule] = 1;
    const arrived = hook.received.length + 1;
    const from = performance.now();
    atMs += 1000;
    ticks.tick(atMs);
    await waitFor('the message', () => hook.received.length >= arrived);
    latency.push(performance.now() - from);
  }
  print('1,000 rules, tick to webhook, one fires', latency, 'ms');

  const all = hook.received.length + RULES - ALERTS;
  values.fill(1);
  const from = performance.now();
  print('1,000 rules, the tick in which 960 fire', [await evaluated()], 'ms');
  await waitFor('all messages', () => hook.received.length >= all, 60_000);
  print('1,000 rules, 960 fire: the last of 960 messages', [performance.now() - from], 'ms');
  print('1,000 rules, one tick, all fire', [await evaluated(), await evaluated(), await evaluated()], 'ms');

  const again = performance.now();
  const restarted = start(new Registry()).services.at(-1);
  const ended = new AbortController();
  const run = restarted?.run(ended.signal);
  await waitFor('the states', () => restarted?.notReady?.() === null);
  print('1,000 firing alerts read back at the start', [performance.now() - again], 'ms');
  ended.abort();
  await run;

  stop.abort();
  for (const service of [...alerting.services].reverse()) await service.drain();
  await Promise.all(runs);

  /** The next tick's duration, as the product measures it. */
  async function evaluated(): Promise<number> {
    const before = await tickTime();
    atMs += 1000;
    ticks.tick(atMs);
    return waitFor('the tick', async () => {
      const after = await tickTime();
      return after.count > before.count && { ms: (after.sum - before.sum) * 1000 };
    }).then(({ ms }) => ms);
  }

  async function tickTime(): Promise<{ sum: number; count: number }> {
    const metric = await registry.getSingleMetric('tidemark_rules_tick_duration_seconds')?.get();
    const numberOf = (suffix: string) =>
      metric?.values.find((value) => (value as { metricName?: string }).metricName?.endsWith(suffix))?.value ?? 0;
    return { sum: numberOf('_sum'), count: numberOf('_count') };
  }
} finally {
  await hook.stop();
  await server.stop();
}

function print(name: string, figures: readonly number[], unit: string): void {
  const sorted = [...figures].sort((a, b) => a - b);
  const median = sorted[Math.floor(sorted.length / 2)];
  console.log(
    `${name.padEnd(52)} ${median.toFixed(2).padStart(12)} ${unit.padEnd(14)} [${sorted[0].toFixed(2)} .. ${sorted.at(-1)?.toFixed(2)}] n=${sorted.length}`,
  );
}
