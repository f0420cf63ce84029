// `npm run bench`: every benchmark, a line for each figure. `npm run bench -- PART` runs those whose path contains PART.
import { spawnSync } from 'node:child_process';
import { build } from './prepare/build.mjs';
import { install } from './prepare/install.mjs';
import { projectEnvironment, projectNode, ROOT } from './prepare/project.mjs';

await install();
await build();
const list = spawnSync('git', ['ls-files', '*.bench.ts', 'bench/*.ts'], { cwd: ROOT, encoding: 'utf8' });
const files = list.stdout.split('\n').filter((path) => /\.bench\.ts$|^bench\/[^/]+$/.test(path));
const wanted = process.argv.slice(2);
for (const file of files.filter((path) => wanted.length === 0 || wanted.some((part) => path.includes(part)))) {
  const { status } = spawnSync(projectNode(), ['--expose-gc', file], { cwd: ROOT, env: projectEnvironment(), stdio: 'inherit' });
  if (status !== 0) process.exitCode = 1;
}
