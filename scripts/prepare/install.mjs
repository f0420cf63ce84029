// Installs the packages of the lockfile, once for each state of it. Needs the network only then.
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isInstalled, ROOT } from './project.mjs';
import { runQuietly, step } from './steps.mjs';

const STAMP = join(ROOT, 'node_modules/.tidemark-lockfile');

export async function install() {
  const wanted = createHash('sha256')
    .update(readFileSync(join(ROOT, 'package-lock.json')))
    .digest('hex');
  if (isInstalled() && existsSync(STAMP) && readFileSync(STAMP, 'utf8') === wanted) return;
  await step('Installing packages', async () => {
    await runQuietly('npm ci', 'npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error']);
    writeFileSync(STAMP, wanted);
  });
}
