import { spawnSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';

/** Nine million samples: memory is saved once, and what came since is read from the log. */
const SERIES = 60_000;
const MINUTES = 38;

test('a process that takes over takes no more memory than the one that was killed, and begins from the saved head', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'tidemark-restart-'));
  try {
    const running = residentMb(['live', dir, `${SERIES}`, `${MINUTES}`], 'running');
    const restart = residentMb(['restart', dir, `${SERIES}`], 'restart');
    expect(running.signal).toBe('SIGKILL');
    expect(restart.status).toBe(0);
    expect(restart.mb).toBeGreaterThan(0);
    expect(restart.mb).toBeLessThan(running.mb);
    expect(restart.text).toContain('saved: SNAPSHOT');
  } finally {
    await rm(dir, { recursive: true });
  }
}, 120_000);

/** What a part of the benchmark says of itself at its end. */
function residentMb(args: readonly string[], which: string) {
  const bench = new URL('restart.bench.ts', import.meta.url).pathname;
  const { stdout, status, signal } = spawnSync(process.execPath, [bench, ...args], { encoding: 'utf8' });
  const mb = Number(stdout.match(new RegExp(`${which}: resident at most +([\\d.]+) MB`))?.[1]);
  return { mb, text: stdout, status, signal };
}
