import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { runScript } from '../packages/promql/src/testing/index.ts';

/** `node scripts/promqltest.ts [--verbose] FILES`: a line for each `.test` script; exit code 1 when an evaluation failed. */
const verbose = process.argv.includes('--verbose');
const files = process.argv.slice(2).filter((argument) => !argument.startsWith('--'));
if (files.length === 0) {
  console.error('usage: promqltest [--verbose] FILE...');
  process.exit(2);
}

for (const file of files) {
  try {
    const { passed, failures } = await runScript(readFileSync(file, 'utf8'));
    console.log(`${basename(file)}: ${passed} passed, ${failures.length} failed`);
    if (failures.length > 0) process.exitCode = 1;
    if (verbose) for (const { line, expr, reason } of failures) console.log(`  ${file}:${line}: ${expr}\n    ${reason}`);
  } catch (error) {
    console.log(`${basename(file)}: cannot be run: ${(error as Error).message}`);
    process.exitCode = 1;
  }
}
