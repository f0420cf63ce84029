// `npm test`: everything, on a machine that has only Node and npm. Ends with a line `N passed, N failed`.
import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { build } from './prepare/build.mjs';
import { install } from './prepare/install.mjs';
import { projectEnvironment, ROOT } from './prepare/project.mjs';
import { StepFailedError, step } from './prepare/steps.mjs';

const RESULTS = join(ROOT, 'test-results');
const VITEST_REPORT = join(RESULTS, 'vitest.json');
const PLAYWRIGHT_REPORT = join(RESULTS, 'playwright.json');

/** @typedef {{ passed: number, failed: number, skipped: number }} Count */

try {
  await install();
  await build();
} catch (error) {
  if (!(error instanceof StepFailedError)) throw error;
  console.error(error.message);
  console.log('0 passed, 1 failed');
  process.exit(1);
}

rmSync(RESULTS, { recursive: true, force: true });
mkdirSync(RESULTS, { recursive: true });

/** @type {Count[]} */
const counts = [
  await check('Types', ['turbo', 'run', 'typecheck', '--continue', '--output-logs=errors-only']),
  await check('Format and lint', ['biome', 'ci', '--error-on-warnings', '.']),
  await suite(
    'Unit, fuzz and integration',
    ['vitest', 'run', '--reporter=default', '--reporter=json', `--outputFile.json=${VITEST_REPORT}`],
    readVitest,
  ),
  await suite('Pages', ['playwright', 'test', '--config', 'tests/playwright.config.ts'], readPlaywright),
];
const total = (/** @type {keyof Count} */ key) => counts.reduce((sum, count) => sum + count[key], 0);
console.log(`${total('passed')} passed, ${total('failed')} failed${total('skipped') > 0 ? `, ${total('skipped')} skipped` : ''}`);
process.exitCode = total('failed') > 0 ? 1 : 0;

/**
 * One command that passes or fails as a whole.
 * @param {string} title
 * @param {string[]} command
 * @returns {Promise<Count>}
 */
async function check(title, command) {
  const code = await step(title, () => run(command));
  return code === 0 ? { passed: 1, failed: 0, skipped: 0 } : { passed: 0, failed: 1, skipped: 0 };
}

/**
 * A test runner that reports its counts in a file; without that file, or with a failure it does not count, it has failed.
 * @param {string} title
 * @param {string[]} command
 * @param {() => Count} read
 * @returns {Promise<Count>}
 */
async function suite(title, command, read) {
  console.log(`${title} …`);
  const code = await run(command);
  try {
    const count = read();
    return code !== 0 && count.failed === 0 ? { ...count, failed: 1 } : count;
  } catch {
    return { passed: 0, failed: 1, skipped: 0 };
  }
}

/** @param {string[]} command */
function run([name, ...args]) {
  const env = { ...projectEnvironment(), PLAYWRIGHT_JSON_OUTPUT_FILE: PLAYWRIGHT_REPORT };
  const child = spawn(name, args, { cwd: ROOT, env, stdio: ['ignore', 'inherit', 'inherit'] });
  return new Promise((resolve) => {
    child.on('error', () => resolve(127));
    child.on('exit', (code) => resolve(code ?? 1));
  });
}

function readVitest() {
  const report = JSON.parse(readFileSync(VITEST_REPORT, 'utf8'));
  const suitesThatDidNotLoad = report.testResults.filter(
    (/** @type {{ status: string, assertionResults: unknown[] }} */ file) => file.status === 'failed' && file.assertionResults.length === 0,
  ).length;
  return {
    passed: report.numPassedTests,
    failed: report.numFailedTests + suitesThatDidNotLoad,
    skipped: report.numPendingTests + report.numTodoTests,
  };
}

function readPlaywright() {
  const { stats, errors } = JSON.parse(readFileSync(PLAYWRIGHT_REPORT, 'utf8'));
  return { passed: stats.expected, failed: stats.unexpected + stats.flaky + errors.length, skipped: stats.skipped };
}
