import { type Clock, type Millis, prng, systemClock } from '@tidemark/base';
import { createLogger } from '@tidemark/base/service';
import { waitFor } from '@tidemark/base/testing';
import type { Database } from '@tidemark/db';
import { startTestDatabase, type TestDatabase } from '@tidemark/db/testing';
import { type Receiver, ReceiverDraft, type ReceiverSettings, RuleDraft } from '@tidemark/rpc';
import { Registry } from 'prom-client';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { type Alerting, createAlerting } from './alerting.ts';
import type { Send } from './notify/send.ts';
import { createSend } from './notify/send.ts';
import { startPagerDutyReceiver, startSlackReceiver, startSmtpReceiver, startWebhookReceiver } from './notify/testing/index.ts';
import { ManualTicks, ScriptedEvaluator } from './rules/testing/fake-stream.ts';

/** From ticks to receivers over the real PostgreSQL, HTTP and SMTP; only PromQL's answers are scripted. */
let server: TestDatabase;
let url: string;
let startMs: Millis;
const tenant = 'default';
const running: { stop: () => Promise<void> }[] = [];

beforeAll(async () => {
  server = await startTestDatabase();
});
afterAll(() => server?.stop());
beforeEach(async () => {
  url = await server.create();
  aheadMs = 0;
  startMs = Math.ceil(Date.now() / 1000) * 1000 - 100_000;
});
afterEach(async () => {
  for (const worker of running.splice(0)) await worker.stop();
});

interface TestWorker {
  readonly alerting: Alerting;
  readonly database: Database;
  readonly registry: Registry;
  /** Ends as a crash does: nothing is drained, nothing more is written. */
  crash(): void;
  stop(): Promise<void>;
  /** Evaluates the second and waits until that is done. */
  at(second: number): Promise<void>;
}

const evaluator = new ScriptedEvaluator();

let aheadMs = 0;

/** The first retries come at once; what is done every few seconds is not. */
const hasty: Clock = {
  ...systemClock,
  now: () => Date.now() + aheadMs,
  sleep: (ms, signal) => systemClock.sleep(ms >= 3000 ? ms : 1, signal),
};

async function startWorker(send?: Send): Promise<TestWorker> {
  const clock = hasty;
  const database = await server.open(clock, url);
  let crashed = false;
  const registry = new Registry();
  const ticks = new ManualTicks();
  const guarded = guard(database, () => crashed);
  const logger = createLogger('test', 'silent');
  const alerting = createAlerting({
    database: guarded,
    source: null as never,
    ticks,
    clock,
    webUrl: 'http://127.0.0.1:8010/',
    logger,
    registry,
    evaluator: evaluator.evaluate,
    random: { ...prng(1), next: () => 0 },
    send: send ?? createSend(clock),
  });
  const stop = new AbortController();
  const runs = alerting.services.map((service) => service.run(stop.signal));
  const engine = alerting.services.at(-1) as Alerting['services'][number];
  await waitFor('states to be read', () => engine.notReady?.() === null);
  const worker: TestWorker = {
    alerting,
    database,
    registry,
    crash: () => {
      crashed = true;
      stop.abort();
    },
    stop: async () => {
      stop.abort();
      for (const service of [...alerting.services].reverse()) await service.drain();
      await Promise.all(runs);
    },
    at: async (second) => {
      const atMs = startMs + second * 1000;
      await waitFor(`second ${second}`, async () => {
        ticks.tick(atMs);
        const rules = await alerting.rules.list(tenant);
        return rules.every((rule) => !rule.enabled || (rule.lastEvaluatedAtMs ?? 0) >= atMs);
      });
      // The tick's messages are recorded after its states: one more round trip, seen by a tick that changes nothing.
      await new Promise((resolve) => setImmediate(resolve));
    },
  };
  running.push(worker);
  return worker;
}

/** A process that has crashed writes nothing: its promises never settle. */
function guard(database: Database, crashed: () => boolean): Database {
  const wrap = <T extends object>(store: T): T =>
    new Proxy(store, {
      get: (target, name) => {
        const member = Reflect.get(target, name);
        if (typeof member !== 'function') return member;
        return (...args: unknown[]) => (crashed() ? new Promise(() => {}) : member.apply(target, args));
      },
    });
  return { ...database, notifications: wrap(database.notifications), alertStates: wrap(database.alertStates) };
}

async function saveRule(worker: TestWorker, more: Partial<RuleDraft> = {}): Promise<void> {
  const draft = RuleDraft.parse({
    name: 'HighLoad',
    expr: `load{tenant="${tenant}"} > 5`,
    labels: { severity: 'critical' },
    annotations: { summary: 'Load of {{ $labels.instance }} is {{ $value }}' },
    ...more,
  });
  expect(await worker.alerting.rules.save(tenant, draft)).toMatchObject({ kind: 'saved' });
}

function load(values: Readonly<Record<string, number>>): void {
  evaluator.set(
    `load{tenant="${tenant}"} > 5`,
    Object.entries(values).map(([instance, value]) => ({ labels: { __name__: 'load', instance }, value })),
  );
}

async function saveReceiver(worker: TestWorker, settings: Partial<ReceiverSettings>, more: Partial<ReceiverDraft> = {}): Promise<Receiver> {
  const draft = ReceiverDraft.parse({ name: `to ${settings.kind}`, settings, groupIntervalMs: 10_000, ...more });
  const saved = await worker.alerting.receivers.save(tenant, draft);
  if (saved.kind !== 'saved') throw new Error(JSON.stringify(saved));
  return saved.value;
}

const ROUTING_KEY = '0123456789abcdef0123456789abcdef';

test('an alert reaches every receiver once, and so does its end', async () => {
  const [slack, pagerDuty, smtp, hook] = await Promise.all([
    startSlackReceiver(),
    startPagerDutyReceiver(),
    startSmtpReceiver(0, { username: 'tidemark', password: 'secret' }),
    startWebhookReceiver(),
  ]);
  const worker = await startWorker();
  await saveReceiver(worker, { kind: 'slack', webhookUrl: slack.url });
  await saveReceiver(worker, { kind: 'pagerduty', routingKey: ROUTING_KEY, eventsUrl: pagerDuty.url });
  await saveReceiver(worker, {
    kind: 'email',
    to: ['ops@example.org', 'boss@example.org'],
    from: 'tidemark@example.org',
    smtpHost: smtp.host,
    smtpPort: smtp.port,
    security: 'none',
    username: 'tidemark',
    password: 'secret',
  });
  await saveReceiver(worker, { kind: 'webhook', url: hook.url, bearerToken: 'token' });
  await saveReceiver(worker, { kind: 'webhook', url: hook.url }, { name: 'nobody', matchers: ['severity="info"'] });
  await saveRule(worker);

  load({ 'db-1': 7 });
  for (const second of [0, 1, 2]) await worker.at(second);
  const counts = () => [slack, pagerDuty, smtp, hook].map((receiver) => receiver.received.length);
  await waitFor('the first messages', () => counts().every((count) => count === 1));
  load({});
  for (const second of [3, 9, 10, 11]) await worker.at(second);
  await waitFor('the last messages', () => counts().every((count) => count === 2));
  for (const second of [12, 30]) await worker.at(second);

  await waitFor('the ledger to say so', async () => {
    const rows = await worker.alerting.alerts.notifications(tenant, { limit: 100 });
    return rows.length === 8 && rows.every((row) => row.outcome === 'sent' && row.attempts === 1 && row.error === null);
  });
  expect(counts()).toEqual([2, 2, 2, 2]);
  for (const receiver of [slack, pagerDuty, smtp, hook]) expect(receiver.violations).toEqual([]);
  expect(slack.received.map(({ body }) => body.text)).toEqual([
    '*<http://127.0.0.1:8010/alerts|[FIRING:1] HighLoad>*',
    '*<http://127.0.0.1:8010/alerts|[RESOLVED] HighLoad>*',
  ]);
  expect(slack.received[0].body.attachments[0]).toMatchObject({ title: 'Load of db-1 is 7', color: '#d63232' });
  const [trigger, resolve] = pagerDuty.received.map(({ body }) => body);
  expect([trigger.event_action, resolve.event_action]).toEqual(['trigger', 'resolve']);
  expect(resolve.dedup_key).toBe(trigger.dedup_key);
  expect(trigger.payload).toMatchObject({ severity: 'critical', source: 'db-1', summary: '[FIRING:1] HighLoad: Load of db-1 is 7' });
  expect(smtp.received[0]).toMatchObject({ from: 'tidemark@example.org', to: ['ops@example.org', 'boss@example.org'] });
  expect(smtp.received.map(({ mail }) => mail.subject)).toEqual(['[FIRING:1] HighLoad', '[RESOLVED] HighLoad']);
  const [firing, ended] = hook.received;
  expect(firing.headers.authorization).toBe('Bearer token');
  expect(firing.body).toMatchObject({
    status: 'firing',
    alerts: [{ labels: { alertname: 'HighLoad', instance: 'db-1', severity: 'critical' } }],
  });
  expect(ended.body).toMatchObject({
    status: 'resolved',
    alerts: [{ status: 'resolved', endsAt: new Date(startMs + 3000).toISOString() }],
  });
  const iso = (ms: number) => new Date(ms).toISOString();
  expect(firing.body).toMatchObject({ sampleAt: iso(startMs - 250), evaluatedAt: iso(startMs) });
  expect(ended.body).toMatchObject({ sampleAt: iso(startMs + 3000 - 250), evaluatedAt: iso(startMs + 10_000) });
  expect(Date.parse(firing.body.dispatchedAt)).toBeGreaterThan(startMs);
  expect(await worker.registry.metrics()).toMatch(/tidemark_notifications_total\{receiver="slack",outcome="sent"\} 2/);
  await Promise.all([slack, pagerDuty, smtp, hook].map((receiver) => receiver.stop()));
});

test('what fails for now is tried again, what is refused is not, and one receiver delays no other', async () => {
  const [flaky, broken, fine] = await Promise.all([startWebhookReceiver(), startWebhookReceiver(), startWebhookReceiver()]);
  const worker = await startWorker();
  startMs += 110_000;
  flaky.fail('hang up', { status: 503, body: 'busy' }, { status: 429, body: 'slow down', headers: { 'Retry-After': '1' } });
  broken.fail({ status: 404, body: 'no such hook' });
  await saveReceiver(worker, { kind: 'webhook', url: flaky.url }, { name: 'flaky' });
  await saveReceiver(worker, { kind: 'webhook', url: broken.url }, { name: 'broken' });
  await saveReceiver(worker, { kind: 'webhook', url: fine.url }, { name: 'fine' });
  await saveRule(worker);
  load({ a: 9 });
  await worker.at(0);
  const outcomes = async () => {
    const rows = await worker.alerting.alerts.notifications(tenant, { limit: 10 });
    return Object.fromEntries(rows.map(({ receiverName, outcome, attempts, error }) => [receiverName, { outcome, attempts, error }]));
  };
  await waitFor(
    'all to come to an end',
    async () => Object.values(await outcomes()).filter(({ outcome }) => /sent|failed/.test(outcome)).length === 3,
  );
  expect(await outcomes()).toEqual({
    flaky: { outcome: 'sent', attempts: 4, error: null },
    broken: { outcome: 'failed', attempts: 1, error: '404 no such hook' },
    fine: { outcome: 'sent', attempts: 1, error: null },
  });

  // What still fires is said once more as soon as the receiver is saved anew, later than the failed message.
  for (const second of [1, 2]) await worker.at(second);
  expect(broken.requests()).toBe(1);
  aheadMs = 60_000;
  const [receiver] = (await worker.alerting.receivers.list(tenant)).filter(({ name }) => name === 'broken');
  await worker.alerting.receivers.save(tenant, receiver);
  await worker.at(3);
  await waitFor('the message that failed', () => broken.received.length === 1);
  expect(fine.requests()).toBe(1);
  await Promise.all([flaky, broken, fine].map((receiver) => receiver.stop()));
});

test('after a crash nothing is lost, and nothing that was accepted is sent again', async () => {
  const [accepting, away] = await Promise.all([startWebhookReceiver(), startWebhookReceiver()]);
  let unanswered = 0;
  const first = await startWorker((settings, message) => {
    // The first process hears no answer from one of the receivers before it dies.
    if (settings.kind === 'webhook' && settings.url === away.url) return new Promise(() => unanswered++);
    return createSend(hasty)(settings, message);
  });
  await saveReceiver(first, { kind: 'webhook', url: accepting.url }, { name: 'accepting' });
  await saveReceiver(first, { kind: 'webhook', url: away.url }, { name: 'away' });
  await saveRule(first, { forMs: 2000 });
  load({ a: 9 });
  for (const second of [0, 1, 2]) await first.at(second);
  await waitFor('one to be accepted', async () => {
    const rows = await first.alerting.alerts.notifications(tenant, { limit: 10 });
    return rows.some((row) => row.outcome === 'sent') && unanswered === 1;
  });
  first.crash();
  running.splice(0);

  const second = await startWorker();
  await waitFor('what was under way', () => away.received.length === 1);
  for (const tick of [3, 4, 5]) await second.at(tick);
  load({});
  for (const tick of [6, 20]) await second.at(tick);
  await waitFor('the ends', () => accepting.received.length === 2 && away.received.length === 2);
  for (const { received } of [accepting, away]) expect(received.map(({ body }) => body.status)).toEqual(['firing', 'resolved']);
  const history = await second.alerting.alerts.history(tenant, { limit: 10 });
  expect(history.map(({ to }) => to)).toEqual(['resolved', 'firing', 'pending']);
  await Promise.all([accepting.stop(), away.stop()]);
});

test('a receiver that no longer wants an alert is told its end, a removed one nothing', async () => {
  const [changed, removed] = await Promise.all([startWebhookReceiver(), startWebhookReceiver()]);
  const worker = await startWorker();
  const receiver = await saveReceiver(worker, { kind: 'webhook', url: changed.url }, { groupIntervalMs: 1000 });
  const other = await saveReceiver(worker, { kind: 'webhook', url: removed.url }, { groupIntervalMs: 1000 });
  await saveRule(worker);
  load({ a: 9 });
  await worker.at(0);
  await waitFor('both messages', () => changed.received.length === 1 && removed.received.length === 1);

  await saveReceiver(worker, receiver.settings, { ...receiver, groupBy: ['alertname', 'instance'] });
  await worker.alerting.receivers.remove(tenant, other.id);
  for (const second of [1, 2]) await worker.at(second);
  const told = () => changed.received.slice(1).map(({ body }) => `${body.status} ${body.groupKey}`);
  await waitFor('the old group to end and the new one to begin', () => told().length === 2);
  expect(told().sort()).toEqual(['firing {alertname="HighLoad", instance="a"}', 'resolved {alertname="HighLoad"}']);

  await saveReceiver(worker, receiver.settings, {
    ...receiver,
    version: 2,
    matchers: ['instance="b"'],
    groupBy: ['alertname', 'instance'],
  });
  for (const second of [3, 4]) await worker.at(second);
  await waitFor('the new group to end', () => told().length === 3);
  expect(told()[2]).toBe('resolved {alertname="HighLoad", instance="a"}');
  expect(removed.requests()).toBe(1);
  await Promise.all([changed.stop(), removed.stop()]);
});

test('two workers on one database send each state of a group once', async () => {
  const hook = await startWebhookReceiver();
  const one = await startWorker();
  await saveReceiver(one, { kind: 'webhook', url: hook.url });
  await saveRule(one);
  const other = await startWorker();
  load({ a: 9 });
  await Promise.all([one.at(0), other.at(0)]);
  await waitFor('a message', () => hook.received.length > 0);
  await Promise.all([one.at(1), other.at(1)]);
  const rows = await one.alerting.alerts.notifications(tenant, { limit: 10 });
  expect(rows.map(({ status }) => status)).toEqual(['firing']);
  expect(hook.received).toHaveLength(1);
  await hook.stop();
});

test('a test message shows what the receiver answers, and opens nothing for good', async () => {
  const [pagerDuty, slack] = await Promise.all([startPagerDutyReceiver(), startSlackReceiver()]);
  const worker = await startWorker();
  const draft = ReceiverDraft.parse({ name: 'PD', settings: { kind: 'pagerduty', routingKey: ROUTING_KEY, eventsUrl: pagerDuty.url } });
  expect(await worker.alerting.receivers.test(tenant, draft)).toMatchObject({ kind: 'delivered', answer: expect.stringContaining('202') });
  expect(pagerDuty.received.map(({ body }) => body.event_action)).toEqual(['trigger', 'resolve']);
  const chat = await saveReceiver(worker, { kind: 'slack', webhookUrl: slack.url });
  expect(await worker.alerting.receivers.test(tenant, chat)).toMatchObject({ kind: 'delivered', answer: '200 ok' });
  slack.fail({ status: 403, body: 'invalid_token' });
  expect(await worker.alerting.receivers.test(tenant, chat)).toEqual({ kind: 'failed', message: '403 invalid_token' });
  await slack.stop();
  expect(await worker.alerting.receivers.test(tenant, chat)).toMatchObject({
    kind: 'failed',
    message: expect.stringContaining('ECONNREFUSED'),
  });
  expect(slack.violations).toEqual([]);
  expect(pagerDuty.violations).toEqual([]);
  expect(await worker.alerting.receivers.save(tenant, { ...draft, matchers: ['severity=~"("'] })).toMatchObject({ kind: 'refused' });
  await pagerDuty.stop();
});

test('an SMTP server that refuses for now is tried again, one that refuses for good is not', async () => {
  const smtp = await startSmtpReceiver();
  const worker = await startWorker();
  smtp.fail(451);
  const email = {
    kind: 'email' as const,
    to: ['ops@example.org'],
    from: 'tidemark@example.org',
    smtpHost: smtp.host,
    smtpPort: smtp.port,
    security: 'none' as const,
  };
  await saveReceiver(worker, email);
  await saveRule(worker);
  load({ a: 9 });
  await worker.at(0);
  await waitFor('the mail', () => smtp.received.length === 1);
  smtp.fail(550);
  load({});
  await worker.at(20);
  await waitFor('both outcomes', async () => {
    const rows = await worker.alerting.alerts.notifications(tenant, { limit: 10 });
    return rows.map(({ outcome, attempts }) => `${outcome} ${attempts}`).join() === 'failed 1,sent 2';
  });
  await smtp.stop();
});

test("Prometheus' API shows rules and alerts", async () => {
  const worker = await startWorker();
  expect(await worker.alerting.prometheusRules(tenant)).toEqual({ groups: [] });
  await saveRule(worker, { forMs: 60_000 });
  load({ a: 6.5 });
  await worker.at(0);
  const alert = {
    labels: { alertname: 'HighLoad', instance: 'a', severity: 'critical' },
    annotations: { summary: 'Load of a is 6.5' },
    state: 'pending',
    activeAt: new Date(startMs).toISOString(),
    value: '6.5e+00',
  };
  expect(await worker.alerting.prometheusAlerts(tenant)).toEqual({ alerts: [alert] });
  expect(await worker.alerting.prometheusRules(tenant)).toMatchObject({
    groups: [
      {
        name: 'tidemark',
        interval: 1,
        rules: [{ type: 'alerting', name: 'HighLoad', duration: 60, state: 'pending', health: 'ok', alerts: [alert] }],
      },
    ],
  });
});
