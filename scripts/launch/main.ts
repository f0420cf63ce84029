/**
 * The launcher: PostgreSQL, ingest, worker and web of one machine, started in order, watched, and ended together.
 * It reads the command line, wires and runs; what it starts are the same programs that a fleet runs.
 */
import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { StepFailedError, step } from '../prepare/steps.mjs';
import { claimDataFolder } from './data-folder.ts';
import { parseOptions } from './options.mjs';
import { checkPorts } from './ports.ts';
import { Postgres } from './postgres.ts';
import { Program } from './program.ts';
import { addressOf, programsOf } from './programs.ts';
import { LaunchRefusedError } from './refused.ts';

const parsed = parseOptions(process.argv.slice(2));
if (parsed.kind !== 'options') throw new Error('the command line is checked before the launcher starts');

const calledFrom = process.env.TIDEMARK_CALLED_FROM ?? process.cwd();
const dataDir = resolve(calledFrom, parsed.data);
const stop = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => stop.abort());
// Whoever started this process holds the other end: when it is gone, so is the reason to run.
process.stdin
  .on('end', () => stop.abort())
  .on('error', () => stop.abort())
  .resume();
// Whoever reads what is printed may go before that, a closed terminal or a pipe's end: everything is stopped all the same.
for (const output of [process.stdout, process.stderr]) output.on('error', () => {});

/** What has been started, in order; ended in reverse. */
const started: { readonly title: string; stop(): Promise<void> }[] = [];

try {
  await claimDataFolder(dataDir);
  await checkPorts(parsed.listen, parsed.port);
  if (!isLoopback(parsed.listen)) {
    console.log(
      `! Listening on ${parsed.listen}: there is no sign-in yet, so everybody who reaches this address can read and change everything.`,
    );
  }
  const logDir = join(dataDir, 'logs');
  mkdirSync(logDir, { recursive: true });
  const postgres = new Postgres(join(dataDir, 'postgres'), logDir);
  const databaseUrl = await step('Starting PostgreSQL', () => postgres.start());
  started.push(postgres);
  for (const plan of programsOf({ ...parsed, dataDir, calledFrom, databaseUrl })) {
    if (stop.signal.aborted) break;
    const program = new Program(plan, logDir);
    started.push(program);
    await step(`Starting ${plan.title}`, (detail) => program.start(stop.signal, detail));
  }
  if (!stop.signal.aborted) {
    for (const warning of await configWarnings(addressOf(parsed.listen, parsed.port + 1))) console.log(`! ${warning}`);
    console.log(`\nTidemark is running: http://${addressOf(parsed.listen, parsed.port)}\n`);
    await new Promise<void>((done) => stop.signal.addEventListener('abort', () => done(), { once: true }));
  }
} catch (error) {
  if (!(error instanceof LaunchRefusedError || error instanceof StepFailedError)) console.error(error);
  console.error(`tidemark: ${(error as Error).message}`);
  process.exitCode = 1;
}
for (const part of started.reverse()) await step(`Stopping ${part.title}`, () => part.stop());
process.exit();

function isLoopback(address: string): boolean {
  return address === 'localhost' || address === '::1' || address.startsWith('127.');
}

/** What ingest read in the configuration file and does not support. They are on the Status page as well. */
async function configWarnings(ingest: string): Promise<readonly string[]> {
  const response = await fetch(`http://${ingest}/api/v1/config/warnings`);
  return response.ok ? ((await response.json()) as string[]) : [];
}
