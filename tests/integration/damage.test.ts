/** Flipped bits, a torn tail, a full disk: Tidemark starts, says where, loses what is damaged and nothing else, and goes on. */
import { spawnSync } from 'node:child_process';
import { appendFileSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, unlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { waitFor } from '@tidemark/base/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startIngest } from '../support/ingest.ts';
import { startProduct } from '../support/product.ts';
import { encodeWriteRequest, sendWriteRequest } from '../support/remote-write.ts';
import { bitsOf, differences, Recording, readBack, seriesName } from '../support/replay.ts';
import { rpcClient } from '../support/rpc.ts';

let dir: string;
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'tidemark-damage-'));
});
afterAll(() => rmSync(dir, { recursive: true, force: true }));

const TENANTS = ['whole', 'broken-record', 'broken-block'];

test('a flipped bit in the log and in a block, and a torn tail, cost what they hit and are named', async () => {
  const dataDir = join(dir, 'data');
  const before = await startProduct({ dataDir });
  for (const tenant of TENANTS) await write(before.ingestUrl, tenant, 'damage_before', 1);
  for (const tenant of TENANTS) await waitFor(`${tenant} to be stored`, () => has(before.queryUrl, tenant, 'damage_before'));
  await writeToAllPartitions(before.ingestUrl, 'whole'); // So that the damaged record is not the last one: a tail behind that would be part of the damage.
  expect(await before.stop()).toBe(0);

  const { segment, at: record } = flipInRecordOf(join(dataDir, 'log'), 'broken-record');
  const tornAt = readFileSync(segment).length;
  appendFileSync(segment, 'TML1 and what a crash left of a write');
  const block = flipInBlockOf(join(dataDir, 'tsdb'), 'broken-block');

  const after = await startProduct({ dataDir });
  const log = (program: string) => readFileSync(join(dataDir, 'logs', `${program}.log`), 'utf8');
  expect(linesWith(log('ingest'), 'the log is damaged here')).toEqual([expect.objectContaining({ file: segment, offset: record })]);
  expect(linesWith(log('ingest'), 'its unacknowledged end was cut off')).toEqual([expect.objectContaining({ file: segment, at: tornAt })]);
  const metrics = await (await fetch(`${after.ingestUrl}/metrics`)).text();
  expect(metrics).toContain('tidemark_log_events_total{kind="damage"} 1');
  expect(metrics).toContain('tidemark_log_events_total{kind="torn_tail"} 1');

  // Found by this query, and missing until the next start reads the log again.
  expect(await has(after.queryUrl, 'broken-block', 'damage_before')).toBe(false);
  expect(linesWith(log('worker'), 'a damaged file was set aside')).toEqual([expect.objectContaining({ file: block })]);
  expect((await rpcClient(after.webUrl).status.report.query()).quarantined).toEqual([
    expect.objectContaining({ reason: expect.stringContaining(block) }),
  ]);
  expect(await has(after.queryUrl, 'whole', 'damage_before')).toBe(true);
  expect(await has(after.queryUrl, 'broken-record', 'damage_before')).toBe(true); // From its block.
  for (const tenant of TENANTS) await write(after.ingestUrl, tenant, 'damage_after', 1);
  for (const tenant of TENANTS) await waitFor(`${tenant} to go on`, () => has(after.queryUrl, tenant, 'damage_after'));
  expect(await after.stop()).toBe(0);

  const healed = await startProduct({ dataDir });
  for (const name of ['damage_before', 'damage_after']) expect(await has(healed.queryUrl, 'broken-block', name)).toBe(true);
  expect(await healed.stop()).toBe(0);

  // All of it anew from the log: the record is lost, and no other.
  rmSync(join(dataDir, 'tsdb'), { recursive: true });
  const anew = await startProduct({ dataDir });
  const { log: partitions } = await rpcClient(anew.webUrl).status.report.query();
  expect(partitions.map(({ partition, damaged }) => ({ partition, damaged }))).toEqual(
    partitions.map(({ partition }) => ({ partition, damaged: segment.includes(`/log/${partition}/`) ? 1 : 0 })),
  );
  expect(linesWith(log('worker'), 'damage in the log').at(-1)).toMatchObject({ file: segment, offset: record });
  for (const tenant of TENANTS) {
    expect(await has(anew.queryUrl, tenant, 'damage_before'), tenant).toBe(tenant !== 'broken-record');
    expect(await has(anew.queryUrl, tenant, 'damage_after'), tenant).toBe(true);
  }
  expect(await anew.stop()).toBe(0);
}, 240_000);

test('a full disk refuses writes with Retry-After, loses nothing acknowledged, and is recovered from without help', async (context) => {
  const logDir = join(dir, 'small-disk');
  mkdirSync(logDir);
  const refusal = mount(logDir, 8);
  if (refusal !== null && process.env.CI !== 'true') context.skip(`a small disk cannot be mounted here: ${refusal}`);
  expect(refusal).toBeNull();
  try {
    // Without the floor that refuses earlier: the disk itself must be met.
    const ingest = await startIngest(logDir, '--disk-floor-mib', '0');
    const acknowledged = new Recording();
    const send = async (value: number) => {
      const timeMs = Date.now();
      const response = await write(ingest.url, 'full', 'full_disk', value, timeMs);
      if (response.ok) acknowledged.add(seriesName([['__name__', 'full_disk']]), timeMs + value, bitsOf(value));
      return response;
    };
    let value = 0;
    while (value < 20) expect((await send(value++)).status).toBe(204);

    const filler = join(logDir, 'filler');
    fill(filler);
    const refused = await waitFor('a refusal', async () => {
      const response = await send(value++);
      return response.ok ? null : response;
    });
    expect(refused.status).toBe(503);
    expect(Number(refused.headers.get('Retry-After'))).toBeGreaterThan(0);
    expect(await refused.text()).toContain('full: free space on it');
    expect((await fetch(`${ingest.url}/metrics`)).status).toBe(200);

    unlinkSync(filler);
    await waitFor('writes to go on', async () => (await send(value++)).ok);
    for (let i = 0; i < 20; i++) expect((await send(value++)).status).toBe(204);
    expect(await ingest.stop()).toBe(0);
    const { fromHead } = await readBack({ logDir, engineDir: join(dir, 'full-engine'), nowMs: Date.now() + 10_000 }, ['full']);
    expect(differences(acknowledged, fromHead[0])).toEqual([]);
  } finally {
    spawnSync('umount', ['-l', logDir]);
  }
}, 60_000);

/** Samples are `value` ms apart, so that none meets another. */
async function write(ingestUrl: string, tenant: string, name: string, value: number, timeMs = Date.now()): Promise<Response> {
  const body = encodeWriteRequest([{ labels: { __name__: name }, samples: [{ timeMs: timeMs + value, value }] }]);
  return sendWriteRequest(ingestUrl, body, tenant);
}

/** So many series that each partition has some. */
async function writeToAllPartitions(ingestUrl: string, tenant: string): Promise<void> {
  const timeMs = Date.now();
  const series = Array.from({ length: 256 }, (_, n) => ({
    labels: { __name__: 'damage_spread', n: String(n) },
    samples: [{ timeMs, value: n }],
  }));
  expect((await sendWriteRequest(ingestUrl, encodeWriteRequest(series), tenant)).status).toBe(204);
}

async function has(queryUrl: string, tenant: string, query: string): Promise<boolean> {
  const response = await fetch(`${queryUrl}/api/v1/query?query=${query}[1h]`, { headers: { 'X-Scope-OrgID': tenant } });
  const answer = (await response.json()) as { status: string; data: { result: unknown[] } };
  expect(answer.status).toBe('success');
  return answer.data.result.length > 0;
}

/** Flips the last bit of the record that names `tenant`; gives its segment and where its frame begins. See docs/format/log-file.md. */
function flipInRecordOf(log: string, tenant: string): { segment: string; at: number } {
  for (const segment of filesUnder(log, '.seg')) {
    const bytes = readFileSync(segment);
    for (let at = 0; at < bytes.length; at += 32 + bytes.readUInt32LE(at + 4)) {
      const end = at + 32 + bytes.readUInt32LE(at + 4);
      if (!bytes.subarray(at + 32, end).includes(tenant)) continue;
      bytes[end - 1] ^= 1;
      writeFileSync(segment, bytes);
      return { segment, at };
    }
  }
  throw new Error(`no record of ${tenant}`);
}

/** Flips a bit of the samples in the block of `tenant`; gives its file. See docs/format/block.md. */
function flipInBlockOf(store: string, tenant: string): string {
  for (const file of filesUnder(store, '.block')) {
    const bytes = readFileSync(file);
    if (!bytes.includes(tenant)) continue;
    bytes[12] ^= 1;
    writeFileSync(file, bytes);
    return file;
  }
  throw new Error(`no block of ${tenant}`);
}

/** Of all partitions. */
function filesUnder(dir: string, ending: string): string[] {
  const names = readdirSync(dir, { recursive: true, encoding: 'utf8' });
  return names.filter((name) => name.endsWith(ending)).map((name) => join(dir, name));
}

function linesWith(log: string, words: string): unknown[] {
  return log
    .split('\n')
    .filter((line) => line.includes(words))
    .map((line) => JSON.parse(line));
}

/** Null, or why not. */
function mount(at: string, mebibytes: number): string | null {
  const { status, stderr, error } = spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${mebibytes}m`, 'tmpfs', at], { encoding: 'utf8' });
  return status === 0 ? null : (error?.message ?? stderr.trim());
}

/** Until nothing more fits. */
function fill(file: string): void {
  try {
    for (;;) appendFileSync(file, Buffer.alloc(4096));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
  }
}
