import type { Millis } from '@tidemark/base';
import { createLogger } from '@tidemark/base/service';
import { ManualClock, waitFor } from '@tidemark/base/testing';
import type { Database } from '@tidemark/db';
import { startTestDatabase, type TestDatabase } from '@tidemark/db/testing';
import { RuleDraft } from '@tidemark/rpc';
import { Registry } from 'prom-client';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { AlertBook, type BookedAlert } from './alert-book.ts';
import { WebAlerts } from './alert-port.ts';
import { RuleEngine } from './rule-engine.ts';
import { RuleMetrics } from './rule-metrics.ts';
import { WebRules } from './rule-port.ts';
import { RuleSet } from './rule-set.ts';
import { ManualTicks, ScriptedEvaluator } from './testing/fake-stream.ts';

let server: TestDatabase;
const START_MS = 1_700_000_000_000;

beforeAll(async () => {
  server = await startTestDatabase();
});
afterAll(() => server?.stop());

/** A worker's rules over the test's PostgreSQL; a second one on the same database is the process after a restart. */
async function startRules(evaluator: ScriptedEvaluator, database?: Database) {
  const opened = database ?? (await server.open());
  const clock = new ManualClock(START_MS + 3_600_000);
  const book = new AlertBook();
  const rules = new RuleSet(opened.rules);
  const ticks = new ManualTicks();
  const moved: string[] = [];
  const engine = new RuleEngine({
    rules,
    book,
    store: opened.alertStates,
    evaluator: evaluator.evaluate,
    ticks,
    clock,
    logger: createLogger('test', 'silent'),
    metrics: new RuleMetrics(new Registry(), book),
    onRestored: async () => {},
    onTick: async (atMs, alerts) => {
      for (const { instance } of alerts) moved.push(`${seconds(atMs)} ${instance.labels.get('instance')} ${instance.life.state}`);
    },
  });
  await engine.restore();
  const web = new WebRules(opened.rules, rules, book, engine, evaluator.evaluate, clock);
  const alerts = new WebAlerts(book, opened.alertHistory, opened.notifications);
  return { engine, web, alerts, ticks, moved, at: (second: number) => engine.evaluate(START_MS + second * 1000) };
}

const seconds = (atMs: Millis) => (atMs - START_MS) / 1000;
const states = (alerts: readonly BookedAlert[] | readonly { state: string }[]) =>
  alerts.map((alert) => ('state' in alert ? alert.state : ''));
const down = (...instances: string[]) => instances.map((instance) => ({ labels: { __name__: 'up', instance }, value: 0 }));

test('a restart in the middle of `for` begins nothing anew', async () => {
  const evaluator = new ScriptedEvaluator();
  const before = await startRules(evaluator);
  const draft = RuleDraft.parse({
    name: 'Down',
    expr: 'up == 0',
    forMs: 5000,
    labels: { severity: 'page', of: '{{ $labels.instance }}' },
    annotations: { summary: '{{ $labels.instance }} is {{ $value }}' },
  });
  const saved = await before.web.save('restart', draft);
  if (saved.kind !== 'saved') throw new Error(saved.kind);
  expect(await before.web.get('restart', saved.value.id)).toMatchObject({ state: 'unknown' });
  evaluator.set('up == 0', down('a'));
  await before.at(0);
  await before.at(3);
  expect(await before.web.list('restart')).toMatchObject([{ state: 'pending', pendingCount: 1, lastError: null }]);

  const after = await startRules(evaluator);
  expect(await after.alerts.active('restart')).toMatchObject([{ state: 'pending', activeSinceMs: START_MS }]);
  await after.at(4);
  await after.at(5);
  expect(after.moved).toEqual(['5 a firing']);
  const [alert] = await after.alerts.active('restart');
  expect(alert).toMatchObject({
    state: 'firing',
    labels: { alertname: 'Down', instance: 'a', severity: 'page', of: 'a' },
    annotations: { summary: 'a is 0' },
    activeSinceMs: START_MS,
    firingSinceMs: START_MS + 5000,
  });

  evaluator.set('up == 0', []);
  const again = await startRules(evaluator);
  await again.at(6);
  expect(again.moved).toEqual(['6 a resolved']);
  const history = await again.alerts.history('restart', { limit: 10 });
  expect(history.map(({ atMs, from, to }) => `${seconds(atMs)} ${from}→${to}`)).toEqual([
    '6 firing→resolved',
    '5 pending→firing',
    '0 inactive→pending',
  ]);
  await again.web.remove('restart', saved.value.id);
});

test('a failing evaluation is shown and leaves the instances as they are', async () => {
  const evaluator = new ScriptedEvaluator();
  const { web, alerts, at } = await startRules(evaluator);
  await web.save('errors', RuleDraft.parse({ name: 'Bad', expr: 'errors > 0' }));
  evaluator.set('errors > 0', [{ labels: { instance: 'a' }, value: 2 }]);
  await at(10);
  evaluator.set('errors > 0', { kind: 'timeout', message: 'query ran longer than 5 s' });
  await at(11);
  expect(await web.list('errors')).toMatchObject([{ state: 'error', lastError: 'query ran longer than 5 s', firingCount: 1 }]);
  evaluator.set('errors > 0', [
    { labels: { __name__: 'one', instance: 'a' }, value: 2 },
    { labels: { __name__: 'two', instance: 'a' }, value: 3 },
  ]);
  await at(12);
  expect(await web.list('errors')).toMatchObject([{ state: 'error', lastError: expect.stringContaining('same labels') }]);
  expect(states(await alerts.active('errors'))).toEqual(['firing']);
});

test('a rule that is disabled or removed ends: what fires is resolved', async () => {
  const evaluator = new ScriptedEvaluator();
  const { web, alerts, at, moved } = await startRules(evaluator);
  evaluator.set('a > 0', down('disabled'));
  evaluator.set('b > 0', down('removed'));
  const a = await web.save('ends', RuleDraft.parse({ name: 'A', expr: 'a > 0', keepFiringForMs: 60_000 }));
  const b = await web.save('ends', RuleDraft.parse({ name: 'B', expr: 'b > 0' }));
  if (a.kind !== 'saved' || b.kind !== 'saved') throw new Error('not saved');
  await at(20);
  await web.save('ends', { ...a.value, enabled: false });
  await web.remove('ends', b.value.id);
  await at(21);
  expect(moved).toEqual(expect.arrayContaining(['20 disabled firing', '20 removed firing', '21 disabled resolved', '21 removed resolved']));
  expect(states(await alerts.active('ends'))).toEqual(['resolved', 'resolved']);
  expect(await web.list('ends')).toMatchObject([{ name: 'A', state: 'disabled' }]);
});

test('nothing is told before it is stored, and nothing is lost while PostgreSQL is away', async () => {
  const evaluator = new ScriptedEvaluator();
  const database = await server.open();
  let away = true;
  const store = new Proxy(database.alertStates, {
    get: (target, name) => (name === 'write' && away ? () => Promise.reject(new Error('gone')) : Reflect.get(target, name).bind(target)),
  });
  const { web, at, moved } = await startRules(evaluator, { ...database, alertStates: store });
  await web.save('away', RuleDraft.parse({ name: 'Away', expr: 'away > 0' }));
  evaluator.set('away > 0', down('x'));
  await at(30);
  evaluator.set('away > 0', []);
  await at(31);
  expect(moved).toEqual([]);
  away = false;
  await at(32);
  expect(moved).toContain('32 x resolved');
  const history = await database.alertHistory.list('away', { limit: 10 });
  expect(history.map(({ atMs }) => seconds(atMs))).toEqual([31, 30]);
});

test('preview shows what would be sent, the threshold, and what is wrong', async () => {
  const evaluator = new ScriptedEvaluator();
  const { web } = await startRules(evaluator);
  evaluator.set('free < 0.1', [{ labels: { __name__: 'free', disk: 'sda' }, value: 0.05 }]);
  const draft = RuleDraft.parse({ name: 'Full', expr: 'free < 0.1', annotations: { summary: '{{ $value | humanizePercentage }}' } });
  expect(await web.preview('preview', draft)).toEqual({
    kind: 'preview',
    total: 1,
    instances: [{ labels: { alertname: 'Full', disk: 'sda' }, annotations: { summary: '5%' }, value: 0.05 }],
    threshold: { expr: 'free', operator: '<', value: 0.1 },
  });
  expect(await web.preview('preview', { ...draft, expr: 'free <' })).toMatchObject({
    kind: 'problem',
    problem: { kind: 'bad_expression' },
  });
  const broken = { ...draft, annotations: { summary: '{{ nonsense }}' } };
  expect(await web.preview('preview', broken)).toMatchObject({ problem: { message: expect.stringContaining('nonsense') } });
  expect(await web.save('preview', broken)).toMatchObject({ kind: 'refused' });
  expect(await web.save('preview', { ...draft, labels: { alertname: 'x' } })).toMatchObject({ kind: 'refused' });
});

test('ticks drive it; those that come too fast are not replayed one by one, and old ones not at all', async () => {
  const evaluator = new ScriptedEvaluator();
  const { engine, web, ticks } = await startRules(evaluator);
  const saved = await web.save('ticks', RuleDraft.parse({ name: 'T', expr: 't > 0', forMs: 60_000 }));
  if (saved.kind !== 'saved') throw new Error(saved.kind);
  evaluator.set('t > 0', down('t'));
  const stop = new AbortController();
  const running = engine.run(stop.signal);
  const evaluated = () => engine.status('ticks', saved.value.id)?.lastEvaluatedAtMs;
  await waitFor('the engine to listen', () => {
    ticks.tick(START_MS + 40_000);
    return evaluated() === START_MS + 40_000;
  });
  for (let second = 41; second <= 100; second++) ticks.tick(START_MS + second * 1000);
  await waitFor('the last tick', () => evaluated() === START_MS + 100_000);
  expect(await web.get('ticks', saved.value.id)).toMatchObject({ state: 'firing', firingCount: 1 });
  ticks.tick(START_MS + 50_000);
  stop.abort();
  await running;
  expect(evaluated()).toBe(START_MS + 100_000);
});
