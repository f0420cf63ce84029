// `npm start`: on any Node from 20 on and with nothing installed. Installs, builds, and hands over to the
// launcher, which runs on the Node that the project brings.
import { spawn } from 'node:child_process';
import { parseOptions, USAGE } from './launch/options.mjs';
import { build } from './prepare/build.mjs';
import { install } from './prepare/install.mjs';
import { projectEnvironment, projectNode, ROOT } from './prepare/project.mjs';
import { StepFailedError } from './prepare/steps.mjs';

const options = parseOptions(process.argv.slice(2));
if (options.kind === 'help') {
  console.log(USAGE);
} else if (options.kind === 'refused') {
  fail(options.message);
} else {
  try {
    await install();
    await build();
    process.exitCode = await launch();
  } catch (error) {
    if (!(error instanceof StepFailedError)) throw error;
    fail(error.message);
  }
}

/** @param {string} message */
function fail(message) {
  console.error(`tidemark: ${message}`);
  process.exitCode = 1;
}

/** The terminal sends Ctrl-C to the whole group: the launcher drains, this process waits for it. */
async function launch() {
  const child = spawn(projectNode(), ['scripts/launch/main.ts', ...process.argv.slice(2)], {
    cwd: ROOT,
    env: { ...projectEnvironment(), TIDEMARK_CALLED_FROM: process.env.INIT_CWD ?? process.cwd() },
    stdio: ['pipe', 'inherit', 'inherit'],
  });
  for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) process.on(signal, () => child.kill(signal));
  return await new Promise((resolve) => child.on('exit', (code) => resolve(code ?? 1)));
}
