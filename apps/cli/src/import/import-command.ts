import { createHash } from 'node:crypto';
import { join, resolve } from 'node:path';
import { ParseError, parse } from '@tidemark/promql/syntax';
import type { Matcher } from '@tidemark/tsdb/model';
import { Command, InvalidArgumentError } from 'commander';
import { queryUrlBeside, timeArgument, urlArgument } from '../arguments.ts';
import { BlocksSource } from '../blocks/blocks-source.ts';
import { EXIT } from '../failure.ts';
import { OpenMetricsSource } from '../openmetrics/openmetrics-source.ts';
import type { Surroundings } from '../program.ts';
import { QueryApi } from '../query-api.ts';
import { RemoteReadSource } from '../remote-read/remote-read-source.ts';
import { INGEST_URL, type TargetOptions, withTarget } from '../target.ts';
import { type ImportResult, importHistory } from './import-history.ts';
import { IngestClient } from './ingest.ts';
import { Pace } from './intake.ts';
import { count, Progress } from './progress.ts';
import type { ImportSource } from './source.ts';
import { StateFile } from './state-file.ts';

interface ImportOptions extends TargetOptions {
  readonly ingest: string;
  readonly state?: string;
}

interface ReadOptions extends ImportOptions {
  readonly match: readonly Matcher[];
  readonly from: number;
  readonly to?: number;
  readonly header?: readonly (readonly [string, string])[];
}

export function importCommand(surroundings: Surroundings): Command {
  const { baseDir, clock, signal, stdin } = surroundings;
  const run = async (options: ImportOptions, stateFile: string | null, open: (progress: Progress) => ImportSource) => {
    const result = await runImport(surroundings, options, stateFile, open);
    surroundings.print(options.json ? JSON.stringify(result) : sentences(result));
    surroundings.ended(result.left.length === 0 ? EXIT.done : EXIT.partly);
  };
  const command = new Command('import')
    .exitOverride()
    .description(
      'Brings history into a running Tidemark, beside what is live. Ended in the middle, the same command goes on where it was.',
    );

  importing(command.command('openmetrics <files...>'))
    .description('samples of OpenMetrics text, as promtool takes it; - is the standard input')
    .action(async (files: string[], options: ImportOptions) => {
      const paths = files.map((file) => (file === '-' ? file : resolve(baseDir, file)));
      // What comes through a pipe cannot be read again.
      const beside = paths.includes('-') ? null : `${paths[0]}.tidemark-import.json`;
      await run(options, beside, (progress) => new OpenMetricsSource(paths, stdin, progress));
    });

  importing(command.command('blocks <dir>'))
    .description("blocks of a Prometheus: its data folder, a snapshot of it, or one block's folder")
    .action(async (dir: string, options: ImportOptions) => {
      const path = resolve(baseDir, dir);
      await run(options, `${path}.tidemark-import.json`, () => new BlocksSource(path));
    });

  importing(command.command('remote-read <url>'))
    .description("series of a server that speaks Prometheus' remote read: http://prometheus:9090/api/v1/read")
    .requiredOption('--match <selector>', 'which series, as PromQL names them', selectorArgument)
    .requiredOption(
      '--from <time>',
      'the oldest time: 2026-01-31T12:00:00Z, seconds since 1970, or how long ago (30d)',
      timeArgument(clock.now()),
    )
    .option('--to <time>', 'the newest time (default: now)', timeArgument(clock.now()))
    .option('--header <name: value>', 'sent along, as for authorization; repeatable', headerArgument)
    .action(async (url: string, { match, from, to = clock.now(), header = [], ...options }: ReadOptions) => {
      const asked = { url: urlArgument(url), matchers: match, fromMs: from, toMs: to };
      // Whoever asks again with a later end goes on behind what is there.
      const name = createHash('sha256')
        .update(JSON.stringify([url, match.map(String)]))
        .digest('hex')
        .slice(0, 12);
      const headers = Object.fromEntries(header);
      await run(options, join(baseDir, `tidemark-import-${name}.json`), () => new RemoteReadSource({ ...asked, headers, clock, signal }));
    });
  return command;
}

function importing(command: Command): Command {
  return withTarget(command)
    .option('--ingest <url>', 'ingest of Tidemark', urlArgument, INGEST_URL)
    .option('--state <file>', 'where it is written down how far the import has come (default: beside the source)');
}

async function runImport(
  { baseDir, clock, signal, progress: output }: Surroundings,
  { ingest, query, tenant, state }: ImportOptions,
  stateBeside: string | null,
  open: (progress: Progress) => ImportSource,
): Promise<ImportResult> {
  const progress = new Progress(output, clock, 'imported');
  const source = open(progress);
  try {
    const path = state === undefined ? stateBeside : resolve(baseDir, state);
    const identity = { source: source.fingerprint, ingest, tenant, fromMs: source.fromMs };
    return await importHistory({
      source,
      ingest: new IngestClient(ingest, tenant, clock, signal),
      pace: new Pace(new QueryApi(query ?? queryUrlBeside(ingest), tenant), clock, signal),
      state: path === null ? null : StateFile.open(path, identity),
      progress,
      clock,
      signal,
    });
  } finally {
    progress.end();
    await source.close();
  }
}

function sentences({ source, samples, windows, left, wasDone }: ImportResult): string {
  if (wasDone) return `${source}: has been imported already (${count(samples)} samples); remove its state file to import it again.`;
  const lines = [`${source}: ${count(samples)} samples in ${windows} windows of two hours.`];
  for (const each of left) lines.push(`Not taken: ${each.count} ${each.kind}; the first: ${each.first}`);
  return lines.join('\n');
}

function selectorArgument(text: string): readonly Matcher[] {
  try {
    const expr = parse(text);
    if (expr.kind === 'vector' && expr.offset === null && expr.at === null) return expr.matchers;
  } catch (error) {
    if (!(error instanceof ParseError)) throw error;
    throw new InvalidArgumentError(error.message);
  }
  throw new InvalidArgumentError('a series selector is wanted, as up{job="node"}.');
}

function headerArgument(text: string, before: readonly (readonly [string, string])[] = []): readonly (readonly [string, string])[] {
  const [, name, value] = /^([^:\s]+):\s*(.*)$/.exec(text) ?? [];
  if (name === undefined) throw new InvalidArgumentError('"Name: value" is wanted.');
  return [...before, [name, value]];
}
