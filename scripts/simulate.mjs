// `npm run simulate -- --from S --seeds N`: log and engine on a simulated machine, one life for each seed; `--seed S` shows one step by step.
import { spawnSync } from 'node:child_process';
import { build } from './prepare/build.mjs';
import { install } from './prepare/install.mjs';
import { projectEnvironment, projectNode, ROOT } from './prepare/project.mjs';

await install();
await build();
const { status } = spawnSync(projectNode(), ['tests/simulation/main.ts', ...process.argv.slice(2)], {
  cwd: ROOT,
  env: projectEnvironment(),
  stdio: 'inherit',
});
process.exitCode = status ?? 1;
