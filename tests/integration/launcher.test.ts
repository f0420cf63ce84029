/** `npm start` as a newcomer meets it: refusals in one line, and an end that leaves nothing behind. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { waitFor } from '@tidemark/base/testing';
import { afterAll, expect, test } from 'vitest';
import { processesNaming } from '../support/processes.ts';
import { freePorts, spawnProduct, startProduct } from '../support/product.ts';
import { rpcClient } from '../support/rpc.ts';
import { ROOT } from '../support/source-tree.ts';

const dir = mkdtempSync(join(tmpdir(), 'tidemark-launcher-'));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

/** What `npm start` says and how it ends, when it ends by itself. */
async function refusal(args: string[], port: number): Promise<{ code: number | null; lines: string[] }> {
  const product = spawnProduct({ dataDir: join(dir, 'data'), port, args });
  const code = await new Promise<number | null>((resolve) => product.process.on('exit', resolve));
  return {
    code,
    lines: product
      .output()
      .split('\n')
      .filter((line) => line.startsWith('tidemark:')),
  };
}

test('--help tells every option', () => {
  const { stdout, status } = spawnSync('npm', ['start', '--silent', '--', '--help'], { cwd: ROOT, encoding: 'utf8' });
  expect(status).toBe(0);
  for (const option of ['--port', '--data', '--config', '--listen', '--help']) expect(stdout).toContain(option);
});

test('an unknown option, a taken port and a folder that cannot be written are one line and exit code 1', async () => {
  const port = await freePorts();
  expect(await refusal(['--prot', '1'], port)).toEqual({ code: 1, lines: [expect.stringContaining("'--prot'")] });

  const taken = createServer();
  await new Promise<void>((resolve) => taken.listen({ host: '127.0.0.1', port: port + 1 }, resolve));
  expect(await refusal([], port)).toEqual({ code: 1, lines: [expect.stringContaining(`port ${port + 1} is taken`)] });
  taken.close();

  const file = join(dir, 'a-file');
  writeFileSync(file, '');
  for (const unwritable of [join(file, 'below'), '/proc/tidemark/data'])
    expect(await refusal(['--data', unwritable], port)).toEqual({ code: 1, lines: [expect.stringContaining('cannot be written')] });
}, 120_000);

test('a second instance on the same folder is refused; Ctrl-C ends everything; so does the death of the launcher', async () => {
  const dataDir = join(dir, 'data');
  const first = await startProduct({ dataDir });
  const second = await refusal(['--data', dataDir], await freePorts());
  expect(second).toEqual({ code: 1, lines: [expect.stringContaining('another Tidemark runs')] });
  expect(await first.stop()).toBe(0);
  expect(processesNaming(dataDir)).toEqual([]);

  const again = await startProduct({ dataDir });
  const launcher = processesNaming('scripts/launch/main.ts').find((pid) => processesNaming(dataDir).includes(pid))!;
  process.kill(launcher, 'SIGKILL');
  await waitFor(
    'the services to end after their launcher',
    () => processesNaming('/src/main.ts').every((pid) => !processesNaming(dataDir).includes(pid)),
    30_000,
  );
  await again.stop();
  const third = await startProduct({ dataDir });
  for (const output of [third.process.stdout, third.process.stderr]) output?.destroy(); // As a terminal does that is closed.
  expect(await third.stop()).toBe(0);
  expect(processesNaming(dataDir)).toEqual([]);
}, 240_000);

test('PostgreSQL is started again when it dies, and rules are answered again', async () => {
  const dataDir = join(dir, 'postgres-dies');
  const product = await startProduct({ dataDir });
  const rpc = rpcClient(product.webUrl);
  const saved = await rpc.rules.save.mutate({ name: 'kept', expr: 'up == 0' });
  expect(saved.kind).toBe('saved');
  const postmaster = () => Number(readFileSync(join(dataDir, 'postgres/pgdata/postmaster.pid'), 'utf8').split('\n')[0]);
  const killed = postmaster();
  process.kill(killed, 'SIGKILL');
  await waitFor('the launcher to notice', () => product.output().includes('! PostgreSQL ended'), 30_000);
  await waitFor(
    'a rule to be saved',
    async () => {
      try {
        return (await rpc.rules.save.mutate({ name: 'after', expr: 'up == 1' })).kind === 'saved';
      } catch {
        return false; // PostgreSQL is not there yet.
      }
    },
    60_000,
  );
  expect(postmaster()).not.toBe(killed);
  expect((await rpc.rules.list.query()).map(({ name }) => name)).toEqual(expect.arrayContaining(['kept', 'after']));
  expect(product.output().match(/^! .*$/gm)).toEqual([expect.stringContaining('PostgreSQL ended')]);
  expect(readFileSync(join(dataDir, 'logs/postgres.log'), 'utf8')).toContain('ready to accept connections');
  expect(await product.stop()).toBe(0);
  expect(processesNaming(dataDir)).toEqual([]);
}, 120_000);
