// `npm run soak -- --minutes N --series N --out FILE`: an hour of steady load with churn; see bench/soak/main.ts.
// `npm run soak -- retention --minutes N --days N`: two months of retention and uploads; see bench/soak/retention.ts.
import { spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { build } from './prepare/build.mjs';
import { install } from './prepare/install.mjs';
import { projectEnvironment, projectNode, ROOT } from './prepare/project.mjs';
import { installS3Server } from './prepare/s3-server.mjs';

const [kind, ...rest] = process.argv.slice(2);

await install();
await build();
if (kind === 'retention') await installS3Server();
mkdirSync(join(ROOT, 'artifacts'), { recursive: true });
const args = kind === 'retention' ? ['bench/soak/retention.ts', ...rest] : ['bench/soak/main.ts', ...process.argv.slice(2)];
process.exitCode = spawnSync(projectNode(), args, { cwd: ROOT, env: projectEnvironment(), stdio: 'inherit' }).status ?? 1;
