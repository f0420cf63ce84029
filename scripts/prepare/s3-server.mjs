// Brings a real S3 server for the tests, where there is Go to build it: versitygw keeps objects as files in a folder. Once.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './project.mjs';
import { runQuietly, step } from './steps.mjs';

const VERSION = 'v1.8.0';
const FOLDER = join(ROOT, 'node_modules/.cache/versitygw');

/** Without Go, tests that need the server say so and are skipped, but not in CI. */
export async function installS3Server() {
  if (process.env.TEST_S3_ENDPOINT !== undefined || existsSync(join(FOLDER, 'versitygw'))) return;
  if (spawnSync('go', ['version']).status !== 0) return;
  await step('Building an S3 server for the tests', async () => {
    mkdirSync(FOLDER, { recursive: true });
    await runQuietly('go install', 'go', ['install', `github.com/versity/versitygw/cmd/versitygw@${VERSION}`], { env: { GOBIN: FOLDER } });
  });
}

if (process.argv[1] === import.meta.filename) await installS3Server();
