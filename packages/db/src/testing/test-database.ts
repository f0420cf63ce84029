import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Clock } from '@tidemark/base';
import { type Database, openDatabase } from '../database.ts';
import { startEmbeddedPostgres } from '../embedded/embedded-postgres.ts';

/** A real PostgreSQL with Tidemark's tables, for one test file: start it in `beforeAll`, stop it in `afterAll`. */
export interface TestDatabase {
  readonly url: string;
  readonly database: Database;
  /** Another connection, as a process has it that starts anew. */
  open(clock?: Clock): Promise<Database>;
  stop(): Promise<void>;
}

export async function startTestDatabase(clock?: Clock): Promise<TestDatabase> {
  const dir = await mkdtemp(path.join(tmpdir(), 'tidemark-db-'));
  const postgres = await startEmbeddedPostgres({ dir, onLog: () => {} });
  const opened: Database[] = [];
  const open = async (itsClock?: Clock) => {
    const database = await openDatabase(postgres.url, itsClock);
    opened.push(database);
    return database;
  };
  const database = await open(clock);
  await database.migrate();
  return {
    url: postgres.url,
    database,
    open,
    stop: async () => {
      await Promise.all(opened.map((one) => one.close()));
      await postgres.stop();
      await rm(dir, { recursive: true, force: true });
    },
  };
}
