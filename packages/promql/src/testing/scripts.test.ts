import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { EngineStore } from './engine-store.ts';
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

test('names that go at the end can be used until then', async () => {
  const script = `
load 1m
  jobs_total{env="a"} 0+6x10
  tasks_total{env="a"} 0+6x10

eval instant at 10m label_replace(rate({env="a"}[10m]), "of", "$1", "__name__", "(.+)_total")
  {env="a", of="jobs"} 0.1
  {env="a", of="tasks"} 0.1

eval instant at 10m label_replace(rate(jobs_total[10m]), "__name__", "jobs_rate", "", "")
  jobs_rate{env="a"} 0.1

eval instant at 10m sum by (env) (rate({env="a"}[10m]))
  {env="a"} 0.2

eval instant at 10m last_over_time(abs(jobs_total)[10m:1m])
  {env="a"} 60

eval instant at 10m rate({env="a"}[10m])
  expect fail
`;
  expect((await runScript(script, { delayedNameRemoval: true })).failures).toEqual([]);
  expect((await runScript(script, {})).failures.map(({ line }) => line)).toEqual([6, 13]);
});

if (existsSync(PROMETHEUS)) {
  describe("Prometheus' scripts", () => {
    test.each(scriptsIn(PROMETHEUS))('%s', async (file) => {
      await passes(PROMETHEUS + file);
    });
  });
} else test.skip("Prometheus' scripts: they do not lie beside the repository", () => {});

/** Histograms are worth it: numbers are compared with the engine's elsewhere. Starts it does not keep. */
const WITH_HISTOGRAMS = [OWN, PROMETHEUS].flatMap((folder) =>
  existsSync(folder)
    ? scriptsIn(folder)
        .map((file) => folder + file)
        .filter((path) => /\{\{/.test(readFileSync(path, 'utf8')) && !/@st\s/.test(readFileSync(path, 'utf8')))
    : [],
);

describe.each(['memory', 'blocks'] as const)("scripts with native histograms from an engine's %s", (place) => {
  test.each(WITH_HISTOGRAMS.map((path) => [basename(path), path]))('%s', async (_, path) => {
    const store = new EngineStore(place);
    const { passed, failures } = await runScript(readFileSync(path, 'utf8'), { delayedNameRemoval: true }, store);
    await store.clear();
    expect(failures.map(({ line, expr, reason }) => `line ${line}: ${expr}: ${reason}`)).toEqual([]);
    expect(passed).toBeGreaterThan(0);
  });
});

/**
 * What these scripts say is the same whether names go at once or at the end; only that notes do not name a metric whose name has gone, and
 * Prometheus' scripts expect it.
 */
async function passes(path: string): Promise<void> {
  for (const delayedNameRemoval of [true, false]) {
    const { passed, failures } = await runScript(readFileSync(path, 'utf8'), { delayedNameRemoval, startTimestamps: true });
    const relevant = failures.filter(({ reason }) => delayedNameRemoval || !reason.startsWith('another '));
    expect(relevant.map(({ line, expr, reason: why }) => `line ${line}: ${expr}: ${why}`)).toEqual([]);
    expect(passed).toBeGreaterThan(0);
  }
}

function scriptsIn(folder: string): string[] {
  return readdirSync(folder).filter((file) => file.endsWith('.test'));
}
