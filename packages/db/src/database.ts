import { PrismaPg } from '@prisma/adapter-pg';
import { type Clock, systemClock } from '@tidemark/base';
import type { DashboardDraft } from '@tidemark/rpc';
import pg from 'pg';
import { PrismaClient } from './generated/client.ts';
import { CONNECT_TIMEOUT_MS, CONNECTIONS, QUERY_TIMEOUT_MS } from './limits.ts';
import { runMigrations } from './migrate/run-migrations.ts';
import { AlertHistoryStore } from './stores/alert-history.ts';
import { AlertStateStore } from './stores/alert-states.ts';
import { DashboardStore } from './stores/dashboards.ts';
import { NotificationStore } from './stores/notifications.ts';
import { ReceiverStore } from './stores/receivers.ts';
import { RuleStore } from './stores/rules.ts';

/** PostgreSQL, as stores: one for each resource, every row under its tenant. */
export interface Database {
  /** Brings the tables up to date. Gives the names of the migrations that were applied now. Throws `MigrationError`. */
  migrate(): Promise<string[]>;
  /** `builtin`: the dashboards that come with Tidemark, version 0. */
  dashboards(builtin: readonly DashboardDraft[]): DashboardStore;
  readonly rules: RuleStore;
  readonly receivers: ReceiverStore;
  readonly alertStates: AlertStateStore;
  readonly alertHistory: AlertHistoryStore;
  readonly notifications: NotificationStore;
  close(): Promise<void>;
}

/** No connection: nothing listens there, the password is wrong, the database does not exist. */
export class DatabaseUnreachableError extends Error {
  override readonly name = 'DatabaseUnreachableError';
}

/** Connects once before it returns; afterwards lost connections are made again when they are needed. */
export async function openDatabase(url: string, clock: Clock = systemClock): Promise<Database> {
  const connection = { connectionString: url, connectionTimeoutMillis: CONNECT_TIMEOUT_MS };
  const pool = new pg.Pool({ ...connection, max: CONNECTIONS, query_timeout: QUERY_TIMEOUT_MS });
  // An idle connection that breaks is dropped by the pool; the next query reports what is wrong, if it still is.
  pool.on('error', () => {});
  try {
    (await pool.connect()).release();
  } catch (cause) {
    await pool.end();
    throw new DatabaseUnreachableError(`PostgreSQL at ${withoutPassword(url)} cannot be reached: ${reasonOf(cause)}`, { cause });
  }
  const client = new PrismaClient({ adapter: new PrismaPg(pool) });
  return {
    migrate: () => migrate(new pg.Client(connection)),
    dashboards: (builtin) => new DashboardStore(client, builtin, clock),
    rules: new RuleStore(client, clock),
    receivers: new ReceiverStore(client, clock),
    alertStates: new AlertStateStore(client),
    alertHistory: new AlertHistoryStore(client),
    notifications: new NotificationStore(client),
    close: async () => {
      await client.$disconnect();
      await pool.end();
    },
  };
}

/** On a connection of its own: the lock belongs to it, and a migration may take its time. */
async function migrate(client: pg.Client): Promise<string[]> {
  await client.connect();
  try {
    return await runMigrations(client);
  } finally {
    await client.end();
  }
}

function withoutPassword(url: string): string {
  if (!URL.canParse(url)) return 'the given address';
  const parsed = new URL(url);
  return `${parsed.searchParams.get('host') ?? parsed.host}${parsed.pathname}`;
}

/** A host with several addresses fails with one error for each. */
function reasonOf(cause: unknown): string {
  if (cause instanceof AggregateError) return cause.errors.map((error) => (error as Error).message).join(', ');
  return (cause as Error).message;
}
