import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { runScript } from './run-script.ts';

/** PromQL's semantics as data: our own scripts always, Prometheus' own where they lie beside the repository. */
const root = fileURLToPath(new URL('../../../../', import.meta.url));
const OWN = `${root}testdata/promql/`;
const PROMETHEUS = `${root}../shared/conformance/promqltest/`;

describe('our scripts', () => {
  test.each(scriptsIn(OWN))('%s', async (file) => {
    await passes(OWN + file);
  });
});

if (existsSync(PROMETHEUS)) {
  describe("Prometheus' scripts", () => {
    test.each(scriptsIn(PROMETHEUS))('%s', async (file) => {
      await passes(PROMETHEUS + file);
    });
  });
} else test.skip("Prometheus' scripts: they do not lie beside the repository", () => {});

function scriptsIn(folder: string): string[] {
  return readdirSync(folder).filter((file) => file.endsWith('.test'));
}

async function passes(path: string): Promise<void> {
  const { passed, failures } = await runScript(readFileSync(path, 'utf8'));
  expect(failures.map(({ line, expr, reason: why }) => `line ${line}: ${expr}: ${why}`)).toEqual([]);
  expect(passed).toBeGreaterThan(0);
}
