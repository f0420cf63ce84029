import { spawn } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { chmod, chown, mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { systemClock } from '@tidemark/base';
import pg from 'pg';
import { POLL_MS, SOCKET_DIR_BYTES, START_MS } from '../limits.ts';
import { type Account, chooseAccount, commandFor } from './account.ts';
import { findBinaries } from './binaries.ts';
import { isReady, stopOrphan, stopPostmaster } from './postmaster.ts';

/**
 * A real PostgreSQL for this process alone: on a Unix socket, without a port, with a random password.
 *
 *   DIR/pgdata     PostgreSQL's files, and its socket unless the path is too long for one
 *   DIR/password   for the one user, readable by its owner only
 *   DIR/owner      the process that started it: tells an orphan from somebody else's server
 *
 * It runs in a session of its own, so that Ctrl-C in a terminal stops it last and not first. When its starter
 * is killed it goes on; the next start on DIR stops it and takes over.
 */
export interface EmbeddedPostgres {
  /** For `openDatabase`. Holds the password. */
  readonly url: string;
  /** Resolves when the server has ended, asked to or not. */
  readonly ended: Promise<void>;
  stop(): Promise<void>;
}

export interface EmbeddedPostgresOptions {
  readonly dir: string;
  /** PostgreSQL's own log, line by line. */
  readonly onLog: (line: string) => void;
  /** False, for tests only: nothing is forced to the disk, so a machine that stops may lose all of it. */
  readonly durable?: boolean;
}

const USER = 'tidemark';
const DATABASE = 'tidemark';

export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const dir = path.resolve(options.dir);
  const dataDir = path.join(dir, 'pgdata');
  await mkdir(dir, { recursive: true });
  const binaries = await findBinaries();
  const account = await chooseAccount(dataDir);
  await stopOrphan(dataDir, await readOwner(dir));
  const password = await readPassword(dir);
  const { onLog, durable = true } = options;
  if ((await stat(dataDir).catch(() => null)) === null) await initialise(binaries.initdb, dir, dataDir, { password, account, durable });
  const socketDir = await prepareSocketDir(dataDir, account);

  await writeFile(path.join(dir, 'owner'), String(process.pid));
  const args = ['-D', dataDir, ...settings({ unix_socket_directories: socketDir, ...(durable ? {} : NOT_DURABLE) })];
  const server = await start(binaries.postgres, args, account, dataDir, onLog);
  const url = (database: string) => `postgresql://${USER}:${password}@localhost/${database}?host=${encodeURIComponent(socketDir)}`;
  const stop = async () => {
    await stopPostmaster(server.pid, server.hasEnded);
    if (socketDir !== dataDir) await rm(socketDir, { recursive: true, force: true });
  };
  try {
    await waitUntilReady(dataDir, server);
    await createDatabase(url('postgres'));
  } catch (error) {
    await stop();
    throw error;
  }
  return { url: url(DATABASE), ended: server.ended, stop };
}

/** Small, for a monitor's metadata on a machine that has other work; safe: fsync and synchronous commits stay on. */
function settings(more: Readonly<Record<string, string>>): string[] {
  const values: Record<string, string> = {
    listen_addresses: '',
    unix_socket_permissions: '0700',
    max_connections: '50',
    shared_buffers: '32MB',
    max_wal_size: '256MB',
    wal_level: 'minimal',
    max_wal_senders: '0',
    max_logical_replication_workers: '0',
    io_method: 'sync',
    max_parallel_workers_per_gather: '0',
    jit: 'off',
    log_checkpoints: 'off',
    ...more,
  };
  return Object.entries(values).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
}

const NOT_DURABLE = { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' };

interface Initialisation {
  readonly password: string;
  readonly account: Account | null;
  readonly durable: boolean;
}

/** The folder gets its name only when it is whole: a start that was cut off is begun anew. */
async function initialise(initdb: string, dir: string, dataDir: string, { password, account, durable }: Initialisation): Promise<void> {
  const draft = path.join(dir, 'pgdata.new');
  const passwordFile = path.join(dir, 'password.new');
  await rm(draft, { recursive: true, force: true });
  await mkdir(draft, { mode: 0o700 });
  await writeFile(passwordFile, `${password}\n`, { mode: 0o600 });
  if (account !== null) for (const made of [draft, passwordFile]) await chown(made, account.uid, account.gid);
  const locale = ['--encoding=UTF8', '--locale-provider=builtin', '--builtin-locale=C.UTF-8', '--locale=C'];
  const access = [`--username=${USER}`, '--auth=scram-sha-256', `--pwfile=${passwordFile}`];
  const command = await commandFor(initdb, ['-D', draft, ...locale, ...access, ...(durable ? [] : ['--no-sync'])], account, draft);
  const said: string[] = [];
  try {
    await new Promise<void>((resolve, reject) => {
      const child = spawn(command.program, command.args, { ...command.account, stdio: ['ignore', 'pipe', 'pipe'] });
      for (const stream of [child.stdout, child.stderr]) stream.on('data', (text) => said.push(String(text)));
      child.on('error', reject);
      child.on('close', (code) => (code === 0 ? resolve() : reject(new Error(`initdb failed (${code}): ${said.join('').trim()}`))));
    });
  } finally {
    await rm(passwordFile, { force: true });
  }
  await rename(draft, dataDir);
}

interface Running {
  readonly pid: number;
  readonly ended: Promise<void>;
  readonly lastLines: readonly string[];
  readonly hasEnded: () => boolean;
}

async function start(
  postgres: string,
  args: readonly string[],
  account: Account | null,
  dataDir: string,
  onLog: (line: string) => void,
): Promise<Running> {
  const command = await commandFor(postgres, args, account, dataDir);
  const child = spawn(command.program, command.args, { ...command.account, detached: true, stdio: ['ignore', 'ignore', 'pipe'] });
  const lastLines: string[] = [];
  createInterface({ input: child.stderr }).on('line', (line) => {
    lastLines.push(line);
    if (lastLines.length > 5) lastLines.shift();
    onLog(line);
  });
  let over = false;
  const ended = new Promise<void>((resolve) => {
    child.on('close', () => {
      over = true;
      resolve();
    });
  });
  await new Promise<void>((resolve, reject) => child.once('spawn', resolve).once('error', reject));
  return { pid: child.pid as number, ended, lastLines, hasEnded: () => over };
}

async function waitUntilReady(dataDir: string, server: Running): Promise<void> {
  const deadlineMs = systemClock.now() + START_MS;
  while (!(await isReady(dataDir, server.pid))) {
    if (server.hasEnded()) throw new Error(`PostgreSQL did not start: ${server.lastLines.join(' | ')}`);
    if (systemClock.now() > deadlineMs)
      throw new Error(`PostgreSQL was not ready after ${START_MS / 1000} s: ${server.lastLines.join(' | ')}`);
    await systemClock.sleep(POLL_MS);
  }
}

async function createDatabase(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const { rowCount } = await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [DATABASE]);
    if (rowCount === 0) await client.query(`CREATE DATABASE ${DATABASE}`);
  } finally {
    await client.end();
  }
}

/** Hexadecimal, so that it needs no escaping in a URL. */
async function readPassword(dir: string): Promise<string> {
  const file = path.join(dir, 'password');
  const kept = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '';
    throw error;
  });
  if (kept !== '') return kept;
  const password = randomBytes(24).toString('hex');
  await writeFile(file, password, { mode: 0o600 });
  return password;
}

async function readOwner(dir: string): Promise<number | null> {
  const text = await readFile(path.join(dir, 'owner'), 'utf8').catch(() => '');
  return text === '' ? null : Number(text);
}

async function prepareSocketDir(dataDir: string, account: Account | null): Promise<string> {
  if (Buffer.byteLength(dataDir) <= SOCKET_DIR_BYTES) return dataDir;
  const name = createHash('sha256').update(dataDir).digest('hex').slice(0, 16);
  const socketDir = path.join(tmpdir(), `tidemark-postgres-${name}`);
  await rm(socketDir, { recursive: true, force: true });
  await mkdir(socketDir, { mode: 0o700 });
  await chmod(socketDir, 0o700);
  if (account !== null) await chown(socketDir, account.uid, account.gid);
  return socketDir;
}
