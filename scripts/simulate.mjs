// `npm run simulate -- --from S --seeds N`: log and engine on a simulated machine, one life for each seed; `--seed S` shows one step by step.
// `npm run simulate -- years`: two years of samples, and what is kept of them.
// `npm run simulate -- seams`: ten thousand queries across the seams of memory, disk, object store and windows.
import { spawnSync } from 'node:child_process';
import { build } from './prepare/build.mjs';
import { install } from './prepare/install.mjs';
import { projectEnvironment, projectNode, ROOT } from './prepare/project.mjs';

const [kind, ...rest] = process.argv.slice(2);
const ENTRIES = new Map([
  ['seams', 'tests/simulation/seams/main.ts'],
  ['years', 'tests/simulation/history/main.ts'],
]);
const entry = ENTRIES.get(kind);
const args = entry === undefined ? ['tests/simulation/main.ts', ...process.argv.slice(2)] : [entry, ...rest];

await install();
await build();
const { status } = spawnSync(projectNode(), args, {
  cwd: ROOT,
  env: projectEnvironment(),
  stdio: 'inherit',
});
process.exitCode = status ?? 1;
