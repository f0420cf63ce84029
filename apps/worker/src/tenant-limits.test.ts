import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readTenantLimits } from './tenant-limits.ts';

async function read(text: string) {
  const dir = await mkdtemp(join(tmpdir(), 'tidemark-tenants-'));
  try {
    await writeFile(join(dir, 'tenants.json'), text);
    return readTenantLimits(join(dir, 'tenants.json'));
  } finally {
    await rm(dir, { recursive: true });
  }
}

test('what is said for a tenant is taken, and nothing else', async () => {
  const limits = await read('{"team-b":{"seriesMax":1000,"lateWindowMinutes":10},"strict":{"backfill":false},"free":{}}');
  expect([...limits]).toEqual([
    ['team-b', { seriesPerTenantMax: 1000, lateWindowMs: 600_000 }],
    ['strict', { backfillMs: 0 }],
    ['free', {}],
  ]);
});

test.each([
  ['{"a":{"seriesMax":0}}', 'seriesMax'],
  ['{"a":{"serieMax":1}}', 'serieMax'],
  ['{"a b":{}}', 'a b'],
  ['{"a":{"lateWindowMinutes":0}}', 'lateWindowMinutes'],
  ['{', 'JSON'],
])('%s is refused in one line', async (text, words) => {
  await expect(read(text)).rejects.toThrow(words);
  await expect(read(text)).rejects.toThrow(/^the limits of tenants in [^\n]*$/);
});

test('a file that is not there is named', () => {
  expect(() => readTenantLimits('/nowhere/tenants.json')).toThrow('/nowhere/tenants.json');
});
