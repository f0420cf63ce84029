import { copyFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { ManualClock } from '@tidemark/base/testing';
import { DashboardDraft, ReceiverDraft, RuleDraft, SECRET_KEPT } from '@tidemark/rpc';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Database, DatabaseUnreachableError, openDatabase } from './database.ts';
import { MIGRATIONS_DIR, runMigrations } from './migrate/run-migrations.ts';
import type { StoredInstance, StoredTransition } from './stores/alert-states.ts';
import type { LedgerDraft } from './stores/notifications.ts';
import { schemaSql } from './testing/schema-sql.ts';
import { startTestDatabase, type TestDatabase } from './testing/test-database.ts';

let server: TestDatabase;
let database: Database;
const clock = new ManualClock(1_000_000);

beforeAll(async () => {
  server = await startTestDatabase({ clock });
  database = server.database;
});
afterAll(() => server?.stop());

async function withClient<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

const urlOf = (name: string) => server.url.replace('/tidemark?', `/${name}?`);

async function newDatabase(name: string): Promise<string> {
  await withClient(server.url, (client) => client.query(`CREATE DATABASE ${name}`));
  return urlOf(name);
}

test('the migrations make what schema.prisma says', async () => {
  const modelled = await newDatabase('modelled');
  const sql = await schemaSql(modelled);
  await withClient(modelled, (client) => client.query(sql));
  const described = await withClient(modelled, describe);
  expect(described.length).toBeGreaterThan(50);
  expect(await withClient(server.url, describe)).toEqual(described);
});

async function describe(client: pg.Client): Promise<unknown[]> {
  const columns = await client.query(`
    SELECT table_name, column_name, ordinal_position, data_type, udt_name, is_nullable, column_default
    FROM information_schema.columns WHERE table_schema = 'public' AND table_name <> 'applied_migration' ORDER BY 1, 3`);
  const indexes = await client.query(`
    SELECT tablename, indexname, indexdef FROM pg_indexes
    WHERE schemaname = 'public' AND tablename <> 'applied_migration' ORDER BY 1, 2`);
  return [...columns.rows, ...indexes.rows];
}

test('migrations are applied once, by one of many; changed or unknown ones are refused; a broken one leaves nothing', async () => {
  const dir = await mkdtemp(path.join(tmpdir(), 'tidemark-migrations-'));
  await copyFile(path.join(MIGRATIONS_DIR, '0001_initial.sql'), path.join(dir, '0001_initial.sql'));
  const url = await newDatabase('migrated');
  const run = () => withClient(url, (client) => runMigrations(client, dir));

  expect((await Promise.all([run(), run(), run()])).flat()).toEqual(['0001_initial.sql']);
  await writeFile(path.join(dir, '0002_broken.sql'), 'CREATE TABLE half (n int); SELECT nonsense;');
  await expect(run()).rejects.toThrow('0002_broken.sql failed');
  await writeFile(path.join(dir, '0002_broken.sql'), 'CREATE TABLE half (n int);');
  expect(await run()).toEqual(['0002_broken.sql']);
  await writeFile(path.join(dir, '0002_broken.sql'), 'CREATE TABLE other (n int);');
  await expect(run()).rejects.toThrow('was changed');
  await rm(path.join(dir, '0002_broken.sql'));
  await expect(run()).rejects.toThrow('run a newer Tidemark');
  await rm(dir, { recursive: true });
});

test('an unreachable database is told apart, without its password', async () => {
  const missing = openDatabase('postgresql://me:hidden@127.0.0.1:1/none');
  await expect(missing).rejects.toThrow(DatabaseUnreachableError);
  await expect(missing).rejects.toThrow(/127\.0\.0\.1:1\/none/);
  await expect(missing).rejects.not.toThrow('hidden');
  await expect(openDatabase(urlOf('nowhere'))).rejects.toThrow(DatabaseUnreachableError);
});

test('a built-in dashboard is as it came until it is saved, and again when it is removed', async () => {
  const host = DashboardDraft.parse({ id: 'host', title: 'Host', panels: [], version: 0 });
  const store = database.dashboards([host]);
  expect(await store.get('a', 'host')).toMatchObject({ title: 'Host', version: 0, builtin: true });

  const saved = await store.save('a', { ...host, title: 'My host' });
  expect(saved).toMatchObject({ kind: 'saved', value: { version: 1, updatedAtMs: 1_000_000, builtin: true } });
  expect(await store.save('a', { ...host, title: 'Late' })).toEqual({ kind: 'conflict', version: 1 });
  expect(await store.get('b', 'host')).toMatchObject({ title: 'Host', version: 0 });

  await store.save('a', { ...host, id: 'mine', title: 'Disks', builtin: true } as DashboardDraft);
  expect((await store.list('a')).map((row) => [row.title, row.builtin])).toEqual([
    ['My host', true],
    ['Disks', false],
  ]);
  expect(await store.remove('a', 'host')).toBe(true);
  expect(await store.remove('a', 'host')).toBe(false);
  expect(await store.get('a', 'host')).toMatchObject({ title: 'Host', version: 0 });
  expect(await store.get('a', 'nothing')).toBeNull();
});

test('of two people who edit a rule the second is told', async () => {
  const draft = RuleDraft.parse({ name: 'Down', expr: 'up == 0', forMs: 40 * 86_400_000, labels: { severity: 'page' } });
  const created = await database.rules.save('a', draft);
  if (created.kind !== 'saved') throw new Error(created.kind);
  const rule = created.value;
  expect(rule).toMatchObject({ version: 1, forMs: 40 * 86_400_000, labels: { severity: 'page' }, createdAtMs: 1_000_000 });

  const stamp = await database.rules.stamp();
  const [one, other] = await Promise.all([
    database.rules.save('a', { ...rule, name: 'One' }),
    database.rules.save('a', { ...rule, name: 'Other' }),
  ]);
  expect([one.kind, other.kind].sort()).toEqual(['conflict', 'saved']);
  expect(await database.rules.stamp()).not.toBe(stamp);
  expect(await database.rules.get('b', rule.id)).toBeNull();
  expect(await database.rules.save('b', { ...rule, version: 2 })).toMatchObject({ kind: 'refused' });
  expect(await database.rules.remove('b', rule.id)).toBe(false);
  expect(await database.rules.remove('a', rule.id)).toBe(true);
});

test("a receiver's secret never comes back, and stays when it is sent back masked", async () => {
  const draft = ReceiverDraft.parse({ name: 'On call', settings: { kind: 'pagerduty', routingKey: 'R0123' }, matchers: ['team="db"'] });
  const created = await database.receivers.save('a', draft);
  if (created.kind !== 'saved') throw new Error(created.kind);
  const receiver = created.value;
  expect(receiver.settings).toMatchObject({ kind: 'pagerduty', routingKey: SECRET_KEPT });
  expect(JSON.stringify(await database.receivers.list('a'))).not.toContain('R0123');

  expect(await database.receivers.save('a', { ...receiver, name: 'Renamed' })).toMatchObject({ kind: 'saved', value: { version: 2 } });
  const [{ receiver: stored }] = await database.receivers.listAll();
  expect(stored).toMatchObject({ name: 'Renamed', matchers: ['team="db"'], settings: { routingKey: 'R0123' } });

  expect(await database.receivers.reveal('a', receiver)).toMatchObject({ routingKey: 'R0123' });
  expect(await database.receivers.reveal('b', receiver)).toBeNull();
  const kept = ReceiverDraft.parse({ name: 'Chat', settings: { kind: 'slack', webhookUrl: SECRET_KEPT } });
  expect(await database.receivers.save('a', kept)).toMatchObject({ kind: 'refused' });
  expect(await database.receivers.remove('a', receiver.id)).toBe(true);
});

const instance = (fingerprint: string, more: Partial<StoredInstance> = {}): StoredInstance => ({
  tenant: 'a',
  ruleId: 'r1',
  ruleName: 'Down',
  fingerprint,
  labels: { alertname: 'Down', odd: 'nul \0, half \ud800, ключ' },
  annotations: { summary: 'down' },
  state: 'pending',
  value: 1,
  activeSinceMs: 1000,
  firingSinceMs: null,
  quietSinceMs: null,
  resolvedAtMs: null,
  sampleAtMs: 900,
  evaluatedAtMs: 1000,
  ...more,
});

const transition = (atMs: number, from: StoredTransition['from'], to: StoredTransition['to']): StoredTransition => ({
  tenant: 'a',
  atMs,
  ruleId: 'r1',
  ruleName: 'Down',
  fingerprint: 'x',
  labels: { alertname: 'Down' },
  from,
  to,
  value: Number.POSITIVE_INFINITY,
});

test('alert states come back as they were, odd labels and numbers included', async () => {
  const x = instance('x', { value: Number.NaN });
  const y = instance('y', { value: Number.NEGATIVE_INFINITY });
  await database.alertStates.write({ changed: [x, y], forgotten: [], transitions: [transition(1000, 'inactive', 'pending')] });
  const byFingerprint = (a: StoredInstance, b: StoredInstance) => (a.fingerprint < b.fingerprint ? -1 : 1);
  expect((await database.alertStates.loadAll()).sort(byFingerprint)).toEqual([x, y]);

  const fired = instance('x', { state: 'firing', firingSinceMs: 2000, value: 0.1 });
  await database.alertStates.write({ changed: [fired], forgotten: [y], transitions: [transition(2000, 'pending', 'firing')] });
  expect(await database.alertStates.loadAll()).toEqual([fired]);

  const history = await database.alertHistory.list('a', { fingerprint: 'x', limit: 10 });
  expect(history.map((row) => [row.atMs, row.from, row.to, row.value])).toEqual([
    [2000, 'pending', 'firing', Number.POSITIVE_INFINITY],
    [1000, 'inactive', 'pending', Number.POSITIVE_INFINITY],
  ]);
  expect(await database.alertHistory.list('a', { beforeMs: 2000, limit: 10 })).toHaveLength(1);
  expect(await database.alertHistory.list('b', { limit: 10 })).toEqual([]);
  expect(await database.alertHistory.pruneBefore(2000)).toBe(1);
});

const message = (stateVersion: number, more: Partial<LedgerDraft> = {}): LedgerDraft => ({
  tenant: 'a',
  receiverId: 'slack-1',
  receiverName: 'Chat',
  receiverKind: 'slack',
  groupKey: 'g1',
  groupLabels: { alertname: 'Down', odd: 'nul \0, half \ud800' },
  stateVersion,
  status: 'firing',
  alerts: [
    {
      ruleId: 'r1',
      ruleName: 'Down',
      fingerprint: 'x',
      status: 'firing',
      labels: { alertname: 'Down' },
      annotations: {},
      value: Number.NaN,
      startsAtMs: 1,
      endsAtMs: null,
    },
  ],
  createdAtMs: 1000,
  sampleAtMs: 900,
  evaluatedAtMs: 1000,
  ...more,
});

test('the ledger takes each state of a group once, whoever asks', async () => {
  const other = await server.open();
  const [mine, theirs] = await Promise.all([database.notifications.record([message(1)]), other.notifications.record([message(1)])]);
  const entries = [...mine, ...theirs];
  expect(await database.notifications.unfinished()).toEqual(entries);
  expect(entries).toHaveLength(1);
  expect(entries[0]).toMatchObject({ ...message(1), outcome: 'waiting', attempts: 0 });

  const [second] = await database.notifications.record([message(2, { status: 'resolved', createdAtMs: 2000 })]);
  const sent = { outcome: 'sent', attempts: 2, error: null, dispatchedAtMs: 2001, deliveredAtMs: 2500 } as const;
  await database.notifications.progress(second.id, sent);
  await database.notifications.progress(entries[0].id, { ...sent, outcome: 'retrying', deliveredAtMs: null });

  expect((await other.notifications.unfinished()).map((entry) => entry.id)).toEqual([entries[0].id]);
  expect((await other.notifications.newestOfGroups()).map((entry) => entry.stateVersion)).toEqual([2]);
  const rows = await database.notifications.list('a', { ruleId: 'r1', limit: 10 });
  expect(rows.map((row) => [row.outcome, row.status, row.alertCount, row.deliveredAtMs])).toEqual([
    ['sent', 'resolved', 1, 2500],
    ['retrying', 'firing', 1, null],
  ]);
  expect(await database.notifications.list('a', { ruleId: 'r2', limit: 10 })).toEqual([]);

  await database.notifications.progress(entries[0].id, { ...sent, outcome: 'failed', error: 'gone \0' });
  expect((await database.notifications.list('a', { limit: 10 })).map((row) => row.error)).toContain('gone \ufffd');
  await database.notifications.record([message(3, { createdAtMs: 3000 })]);
  expect(await database.notifications.pruneBefore(4000)).toBe(2);
  expect(await database.notifications.newestOfGroups()).toHaveLength(1);
});
