/** A Prometheus of its own, of whichever release is on the path, and what of the language it knows. */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { waitFor } from '@tidemark/base/testing';
import type { Dialect } from '@tidemark/promql/testing';
import { WHOLE_LANGUAGE } from '@tidemark/promql/testing';
import { freePorts } from './product.ts';

export interface Prometheus {
  readonly url: string;
  /** `[3, 14]`. */
  readonly version: readonly [number, number];
  stop(): Promise<void>;
}

/** Null: none is on the path. */
export function prometheusVersion(): readonly [number, number] | null {
  const { stdout, stderr, error } = spawnSync('prometheus', ['--version'], { encoding: 'utf8' });
  const match = error === undefined ? /version (\d+)\.(\d+)\./.exec(stdout + stderr) : null;
  return match === null ? null : [Number(match[1]), Number(match[2])];
}

/** Takes remote write, scrapes nothing, and has everything switched on that its release has. */
export async function startPrometheus(folder: string): Promise<Prometheus> {
  const version = prometheusVersion();
  if (version === null) throw new Error('there is no prometheus on the path');
  const port = await freePorts();
  const features =
    version[0] < 3
      ? 'promql-negative-offset'
      : 'promql-per-step-stats,promql-experimental-functions,promql-duration-expr,promql-extended-range-selectors,promql-binop-fill-modifiers';
  const args = [
    '--config.file=/dev/null',
    `--storage.tsdb.path=${join(folder, 'prometheus')}`,
    `--web.listen-address=127.0.0.1:${port}`,
    '--web.enable-remote-write-receiver',
    '--web.enable-admin-api',
    '--log.level=error',
    `--enable-feature=${features}`,
  ];
  const child = spawn('prometheus', args, { stdio: ['ignore', 'ignore', 'pipe'] });
  let output = '';
  child.stderr.on('data', (chunk: Buffer) => {
    output += chunk;
  });
  const url = `http://127.0.0.1:${port}`;
  await waitFor(
    'Prometheus to be ready',
    async () => {
      if (child.exitCode !== null) throw new Error(`prometheus ended with ${child.exitCode}:\n${output}`);
      return (await fetch(`${url}/-/ready`).catch(() => null))?.ok;
    },
    30_000,
  );
  return {
    url,
    version,
    stop: async () => {
      child.kill('SIGTERM');
      if (child.exitCode === null) await once(child, 'exit');
    },
  };
}

/** What of the language it knows: it is asked for a sample of each. */
export async function dialectOf({ url }: Prometheus, startS: number): Promise<Dialect> {
  const knows = async (query: string) => {
    const reply = await fetch(`${url}/api/v1/format_query?${new URLSearchParams({ query })}`);
    return reply.ok || !/unknown function|unexpected|not enabled|bad number|bad duration/.test(await reply.text());
  };
  const known = async (names: readonly string[], sample: (name: string) => string) => {
    const answers = await Promise.all(names.map(async (name) => ((await knows(sample(name))) ? [name] : [])));
    return answers.flat();
  };
  return {
    startS,
    functions: await known(WHOLE_LANGUAGE.functions, (name) => `${name}()`),
    aggregators: await known(WHOLE_LANGUAGE.aggregators, (name) => `${name}(x, x)`),
    trims: false,
    fills: await knows('x + on () fill(0) x'),
    extensions: await knows('x smoothed'),
    durationExpressions: await knows('x[1m + 1m]'),
    bounds: true,
    metrics: WHOLE_LANGUAGE.metrics,
  };
}
