import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { waitFor } from '@tidemark/base/testing';
import type { S3Settings } from '../s3-store.ts';

/**
 * A real S3 server for tests. One that runs, when the environment says where:
 *
 *   TEST_S3_ENDPOINT=http://127.0.0.1:7070 TEST_S3_BUCKET=tests AWS_ACCESS_KEY_ID=… AWS_SECRET_ACCESS_KEY=…
 *
 * Otherwise versitygw, which `npm test` installs where there is Go (scripts/prepare/s3-server.mjs): its objects are plain files in a folder.
 */
export interface S3Server {
  readonly settings: S3Settings;
  /** As if it had been unplugged: connections hang until it goes on. */
  pause(): void;
  resume(): void;
  stop(): Promise<void>;
}

const VERSITYGW = fileURLToPath(new URL('../../../../../node_modules/.cache/versitygw/versitygw', import.meta.url));
const { TEST_S3_ENDPOINT, TEST_S3_BUCKET = 'tidemark-tests' } = process.env;
const CREDENTIALS = { accessKeyId: 'tests', secretAccessKey: 'tests-secret' };

/** Why there is none, null when there is. CI has one: there the tests run, and fail without. */
export const S3_MISSING: string | null =
  TEST_S3_ENDPOINT !== undefined || existsSync(VERSITYGW) || process.env.CI === 'true'
    ? null
    : 'no S3 server: install Go and run scripts/prepare/s3-server.mjs, or set TEST_S3_ENDPOINT';

export async function startS3Server(): Promise<S3Server> {
  if (TEST_S3_ENDPOINT !== undefined) {
    const settings = { endpoint: TEST_S3_ENDPOINT, bucket: TEST_S3_BUCKET };
    return { settings, pause: () => {}, resume: () => {}, stop: async () => {} };
  }
  const folder = mkdtempSync(join(tmpdir(), 'tidemark-s3-'));
  // A folder is a bucket.
  mkdirSync(join(folder, TEST_S3_BUCKET));
  const endpoint = `http://127.0.0.1:${await freePort()}`;
  const env = { ROOT_ACCESS_KEY: CREDENTIALS.accessKeyId, ROOT_SECRET_KEY: CREDENTIALS.secretAccessKey };
  const server = spawn(VERSITYGW, ['--port', new URL(endpoint).host, '--quiet', 'posix', folder], { env, stdio: 'ignore' });
  const failed = new Promise<never>((_, reject) => server.once('error', reject));
  await Promise.race([
    failed,
    waitFor('the S3 server', () =>
      fetch(endpoint).then(
        ({ status }) => status === 403,
        () => false,
      ),
    ),
  ]);
  return {
    settings: { endpoint, bucket: TEST_S3_BUCKET, credentials: CREDENTIALS },
    pause: () => void server.kill('SIGSTOP'),
    resume: () => void server.kill('SIGCONT'),
    stop: async () => {
      await ended(server);
      rmSync(folder, { recursive: true });
    },
  };
}

async function ended(server: ChildProcess): Promise<void> {
  const exit = new Promise((resolve) => server.once('exit', resolve));
  server.kill('SIGKILL');
  await exit;
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}
