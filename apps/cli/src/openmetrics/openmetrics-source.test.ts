import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { prng } from '@tidemark/base';
import { afterAll, expect, test } from 'vitest';
import { collect } from '../testing/collect.ts';
import { noProgress } from '../testing/no-progress.ts';
import { OpenMetricsSource } from './openmetrics-source.ts';
import { Spool } from './spool.ts';

const dir = mkdtempSync(join(tmpdir(), 'tidemark-openmetrics-'));
afterAll(() => rmSync(dir, { recursive: true }));
const random = prng(5);
const T = 1_700_006_400_000;

/** In pieces, as a pipe gives it. */
async function* pieces(text: string) {
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; ) {
    const size = random.int(1, 90);
    yield bytes.subarray(at, at + size);
    at += size;
  }
}

function read(text: string) {
  return new OpenMetricsSource(['-'], pieces(text), noProgress());
}

test('samples in any order, of several files, come out window by window', async () => {
  const expected: Record<string, Map<number, number>> = {};
  const files = [0, 1].map((file) => {
    const lines: string[] = [];
    for (let i = 0; i < 600; i++) {
      const series = `x{i="${random.int(0, 5)}"}`;
      const timeMs = T + random.int(0, 10 * 3600) * 1000;
      const value = random.int(0, 1000);
      expected[series] ??= new Map();
      if (!expected[series].has(timeMs)) expected[series].set(timeMs, value);
      lines.push(`${series} ${value} ${timeMs / 1000}`);
    }
    const path = join(dir, `${file}.om`);
    writeFileSync(path, `# TYPE x gauge\n${lines.join('\n')}\n# EOF\n`);
    return path;
  });
  const found = await collect(new OpenMetricsSource(files, process.stdin, noProgress()));
  const sorted = Object.entries(expected).map(([series, samples]): [string, string[]] => [
    series,
    [...samples].sort(([a], [b]) => a - b).map(([timeMs, value]) => `${timeMs} ${value}`),
  ]);
  expect(found).toEqual(Object.fromEntries(sorted));
});

test('a spool that outgrows memory gives the same, page by page', () => {
  const inMemory = new Spool();
  const onDisk = new Spool(100);
  for (let i = 0; i < 2000; i++) {
    const sample = [random.int(0, 9), T + random.int(0, 6 * 3600) * 1000, random.int(0, 100)] as const;
    inMemory.add(...sample);
    onDisk.add(...sample);
  }
  const all = (spool: Spool) => {
    const found = new Map<string, number>();
    for (const window of spool.windows) {
      for (const { series, times, values } of spool.read(window)) {
        for (const [i, timeMs] of times.entries()) if (!found.has(`${series} ${timeMs}`)) found.set(`${series} ${timeMs}`, values[i]);
      }
    }
    return new Map([...found].sort());
  };
  expect(all(onDisk)).toEqual(all(inMemory));
  onDisk.close();
});

test('metadata, escapes, exemplars and special values are read', async () => {
  const source = read(
    `# HELP x_requests What\\nelse\n# TYPE x_requests counter\n${[
      `x_requests_total{path="a\\"\\\\b"} 1 ${T / 1000}`,
      `x_requests_total{path="a\\"\\\\b"} 2 ${T / 1000 + 1} # {trace="1"} 2`,
      `other NaN ${T / 1000}.5`,
      `other +Inf ${T / 1000 + 1}`,
    ].join('\n')}\n# EOF\n`,
  );
  expect(await collect(source)).toEqual({
    'x_requests_total{path="a\\"\\\\b"}': [`${T} 1`, `${T + 1000} 2`],
    other: [`${T + 500} NaN`, `${T + 1000} Infinity`],
  });
  expect(source.metadata.get('x_requests')).toMatchObject({ type: 'counter', help: 'What\nelse' });
});

test.each([
  ['x 1 1700000000\n', 'does not end with # EOF'],
  ['x 1 1700000000\nx 2\n# EOF\n', 'line 2: a sample without a time'],
  ['x 1 1700000000\nx 2 1700000001\nx two 1700000002\n# EOF\n', 'line 3: "two" is no number'],
  ['x 1 1700000000\n# EOF\nx 2 1700000001\n', 'text after # EOF'],
])('what is not whole is refused with its line: %j', async (text, reason) => {
  await expect(read(text).windows()).rejects.toThrow(reason);
});
