// `npm test`: everything, on a machine that has only Node and npm. Ends with a line `N passed, N failed`.
import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join, relative } from 'node:path';
import { build } from './prepare/build.mjs';
import { install } from './prepare/install.mjs';
import { projectEnvironment, ROOT } from './prepare/project.mjs';
import { installS3Server } from './prepare/s3-server.mjs';
import { StepFailedError, step } from './prepare/steps.mjs';

const RESULTS = join(ROOT, 'test-results');
const VITEST_REPORT = join(RESULTS, 'vitest.json');
const PLAYWRIGHT_REPORT = join(RESULTS, 'playwright.json');

/** @typedef {{ passed: number, failures: string[], skipped: number }} Count failures: the names of what failed */

try {
  await install();
  await build();
  await installS3Server();
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
const total = (/** @type {'passed' | 'skipped'} */ key) => counts.reduce((sum, count) => sum + count[key], 0);
const failures = counts.flatMap((count) => count.failures);
// The failures' own output is far above by now: whoever sees the end only still learns where to look.
for (const name of failures) console.log(`failed: ${name}`);
console.log(`${total('passed')} passed, ${failures.length} failed${total('skipped') > 0 ? `, ${total('skipped')} skipped` : ''}`);
process.exitCode = failures.length > 0 ? 1 : 0;

/**
 * One command that passes or fails as a whole.
 * @param {string} title
 * @param {string[]} command
 * @returns {Promise<Count>}
 */
async function check(title, command) {
  const code = await step(title, () => run(command));
  return code === 0 ? { passed: 1, failures: [], skipped: 0 } : { passed: 0, failures: [title], skipped: 0 };
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
    return code !== 0 && count.failures.length === 0 ? { ...count, failures: [`${title}: ended with ${code}`] } : count;
  } catch {
    return { passed: 0, failures: [`${title}: no report`], skipped: 0 };
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

/** @returns {Count} */
function readVitest() {
  const report = JSON.parse(readFileSync(VITEST_REPORT, 'utf8'));
  /** @type {{ name: string, status: string, assertionResults: { fullName: string, status: string }[] }[]} */
  const files = report.testResults;
  return {
    passed: report.numPassedTests,
    failures: files.flatMap(({ name, status, assertionResults }) => {
      const failed = assertionResults.filter((test) => test.status === 'failed').map((test) => `${relative(ROOT, name)}: ${test.fullName}`);
      const didNotLoad = status === 'failed' && assertionResults.length === 0;
      return didNotLoad ? [relative(ROOT, name)] : failed;
    }),
    skipped: report.numPendingTests + report.numTodoTests,
  };
}

/** @returns {Count} */
function readPlaywright() {
  const { stats, errors, suites } = JSON.parse(readFileSync(PLAYWRIGHT_REPORT, 'utf8'));
  const failures = [...suites.flatMap(failedSpecs), ...errors.map((/** @type {{ message: string }} */ error) => error.message)];
  return { passed: stats.expected, failures, skipped: stats.skipped };
}

/**
 * @typedef {{ title: string, specs?: { title: string, file: string, ok: boolean, tests: { status: string }[] }[], suites?: Suite[] }} Suite
 * @param {Suite} suite
 * @returns {string[]} specifications that failed, or passed only when they were run again
 */
function failedSpecs({ specs = [], suites = [] }) {
  const failed = specs.filter((spec) => !spec.ok || spec.tests.some((test) => test.status === 'flaky'));
  return [...failed.map((spec) => `${spec.file}: ${spec.title}`), ...suites.flatMap(failedSpecs)];
}
