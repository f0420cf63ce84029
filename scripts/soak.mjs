// `npm run soak -- --minutes N --series N --out FILE`: an hour of steady load with churn; see bench/soak/main.ts.
import { spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { build } from './prepare/build.mjs';
import { install } from './prepare/install.mjs';
import { projectEnvironment, projectNode, ROOT } from './prepare/project.mjs';

await install();
await build();
mkdirSync(join(ROOT, 'artifacts'), { recursive: true });
const args = ['bench/soak/main.ts', ...process.argv.slice(2)];
process.exitCode = spawnSync(projectNode(), args, { cwd: ROOT, env: projectEnvironment(), stdio: 'inherit' }).status ?? 1;
