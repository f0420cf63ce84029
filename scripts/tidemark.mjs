// `npm run -s tidemark -- …`: the command line of a running Tidemark, on the Node that the project brings.
import { spawnSync } from 'node:child_process';
import { isInstalled, projectEnvironment, projectNode, ROOT } from './prepare/project.mjs';

if (isInstalled()) {
  const { status, signal } = spawnSync(projectNode(), ['apps/cli/src/main.ts', ...process.argv.slice(2)], {
    cwd: ROOT,
    env: { ...projectEnvironment(), TIDEMARK_CALLED_FROM: process.env.INIT_CWD ?? process.cwd() },
    stdio: 'inherit',
  });
  process.exitCode = status ?? (signal === null ? 1 : 130);
} else {
  console.error('tidemark: the packages are not installed yet: npm start installs them');
  process.exitCode = 1;
}
