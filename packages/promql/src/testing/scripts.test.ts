import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { runScript } from './run-script.ts';

/** PromQL's semantics as data: our own scripts always, Prometheus' own where they lie beside the repository. */
const root = fileURLToPath(new URL('../../../../', import.meta.url));
const OWN = `${root}testdata/promql/`;
const PROMETHEUS = `${root}../shared/conformance/promqltest/`;

/** The scripts of Prometheus that must pass as a whole. */
const COMPLETE = ['aggregators', 'at_modifier', 'collision', 'literals', 'operators', 'range_queries', 'selectors', 'staleness'];

describe('our scripts', () => {
  test.each(readdirSync(OWN).filter((file) => file.endsWith('.test')))('%s', async (file) => {
    await passes(OWN + file);
  });
});

const reason = existsSync(PROMETHEUS) ? '' : " (skipped: Prometheus' scripts are not beside the repository)";

describe.skipIf(reason !== '')(`Prometheus' scripts${reason}`, () => {
  test.each(COMPLETE)('%s', async (name) => {
    await passes(`${PROMETHEUS}${name}.test`);
  });
});

async function passes(path: string): Promise<void> {
  const { passed, failures } = await runScript(readFileSync(path, 'utf8'));
  expect(failures.map(({ line, expr, reason: why }) => `line ${line}: ${expr}: ${why}`)).toEqual([]);
  expect(passed).toBeGreaterThan(0);
}
