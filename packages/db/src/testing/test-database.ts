import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Clock } from '@tidemark/base';
import pg from 'pg';
import { type Database, openDatabase } from '../database.ts';
import { startEmbeddedPostgres } from '../embedded/embedded-postgres.ts';

/** A real PostgreSQL with Tidemark's tables, for one test file: start it in `beforeAll`, stop it in `afterAll`. */
export interface TestDatabase {
  readonly url: string;
  readonly database: Database;
  /** Another connection, as a process has it that starts anew. `url`: of a database that `create` made. */
  open(clock?: Clock, url?: string): Promise<Database>;
  /** Another database with Tidemark's tables, empty, for a test that must not see what others left. Gives its URL. */
  create(): Promise<string>;
  stop(): Promise<void>;
}

export interface TestDatabaseOptions {
  readonly clock?: Clock;
  /** For what is measured: otherwise nothing waits for the disk. */
  readonly durable?: boolean;
}

export async function startTestDatabase({ clock, durable = false }: TestDatabaseOptions = {}): Promise<TestDatabase> {
  const dir = await mkdtemp(path.join(tmpdir(), 'tidemark-db-'));
  const postgres = await startEmbeddedPostgres({ dir, onLog: () => {}, durable });
  const opened: Database[] = [];
  const open = async (itsClock?: Clock, url = postgres.url) => {
    const database = await openDatabase(url, itsClock);
    opened.push(database);
    return database;
  };
  const database = await open(clock);
  await database.migrate();
  let created = 0;
  const create = async () => {
    const name = `test_${created++}`;
    const client = new pg.Client({ connectionString: postgres.url });
    await client.connect();
    await client.query(`CREATE DATABASE ${name}`).finally(() => client.end());
    const url = postgres.url.replace('/tidemark?', `/${name}?`);
    await (await open(undefined, url)).migrate();
    return url;
  };
  return {
    url: postgres.url,
    database,
    open,
    create,
    stop: async () => {
      await Promise.all(opened.map((one) => one.close()));
      await postgres.stop();
      await rm(dir, { recursive: true, force: true });
    },
  };
}
