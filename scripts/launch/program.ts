import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, fstatSync, openSync, readFileSync, renameSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { projectEnvironment, projectNode } from '../prepare/project.mjs';
import type { ProgramPlan } from './programs.ts';
import { LaunchRefusedError } from './refused.ts';

const READY_POLL_MS = 50;
/** A service that drains longer than this is ended hard. */
const STOP_MS = 20_000;
const RESTART_FIRST_MS = 200;
const RESTART_MAX_MS = 10_000;
/** Kept from one start to the next, beside one older file. */
const LOG_BYTES_MAX = 16 * 1024 * 1024;

const DIE_WITH_PARENT = fileURLToPath(new URL('./die-with-parent.ts', import.meta.url));

/**
 * One service's process: started, waited for, started again when it dies, ended.
 *
 *   new ──start──▶ starting ──ready──▶ running ──died──▶ starting (with back-off)
 *                                      running ──stop──▶ stopped
 */
export class Program {
  readonly title: string;
  readonly #plan: ProgramPlan;
  readonly #logFile: string;
  #child: ChildProcess | null = null;
  #exited: Promise<number> = Promise.resolve(0);
  /** Where the output of the process that runs now begins. */
  #logFromBytes = 0;
  #stopping = false;

  constructor(plan: ProgramPlan, logDir: string) {
    this.title = plan.title;
    this.#plan = plan;
    this.#logFile = join(logDir, `${plan.title}.log`);
    rotate(this.#logFile);
  }

  /** Resolves when ready or when `signal` aborts; throws with the program's own last line when it ends first. */
  async start(signal: AbortSignal, detail: (text: string) => void): Promise<void> {
    this.#spawn();
    const ended = await this.#untilReady(() => signal.aborted, detail);
    if (ended) throw new LaunchRefusedError(`${this.title} ended before it was ready: ${lastLine(this.#logFile, this.#logFromBytes)}`);
    this.#exited.then((code) => void this.#startAgain(code));
  }

  async stop(): Promise<void> {
    this.#stopping = true;
    const child = this.#child;
    if (child === null || child.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGTERM');
    const hard = setTimeout(() => child.kill('SIGKILL'), STOP_MS);
    await this.#exited;
    clearTimeout(hard);
  }

  #spawn(): void {
    const log = openSync(this.#logFile, 'a', 0o600);
    this.#logFromBytes = fstatSync(log).size;
    const child = spawn(projectNode(), ['--import', DIE_WITH_PARENT, this.#plan.entry, ...this.#plan.args], {
      env: { ...projectEnvironment(), ...this.#plan.env },
      stdio: ['pipe', log, log],
      // A group of its own: Ctrl-C reaches the launcher, which ends the parts in order.
      detached: true,
    });
    closeSync(log);
    this.#child = child;
    this.#exited = new Promise((resolve) => {
      child.on('error', () => resolve(127));
      child.on('exit', (code) => resolve(code ?? 1));
    });
  }

  /** Each time that it ends before it was ready again, it is left alone for longer. */
  async #startAgain(exitCode: number): Promise<void> {
    let pauseMs = RESTART_FIRST_MS;
    for (let code = exitCode; !this.#stopping; code = await this.#exited) {
      console.log(`! ${this.title} ended (exit code ${code}) and is started again; its output: ${this.#logFile}`);
      await delay(pauseMs);
      if (this.#stopping) return;
      this.#spawn();
      const ended = await this.#untilReady(
        () => this.#stopping,
        () => {},
      );
      pauseMs = ended ? Math.min(pauseMs * 2, RESTART_MAX_MS) : RESTART_FIRST_MS;
    }
  }

  /** True when the program ended instead. */
  async #untilReady(isGivenUp: () => boolean, detail: (text: string) => void): Promise<boolean> {
    while (!isGivenUp()) {
      const ended = await Promise.race([this.#exited, delay(READY_POLL_MS)]);
      if (ended !== undefined) return true;
      const waiting = await askReady(this.#plan.readyUrl);
      if (waiting === null) return false;
      if (waiting !== '') detail(waiting);
    }
    return false;
  }
}

/** Null when ready, else the service's words; '' while it does not answer. */
async function askReady(url: string): Promise<string | null> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(2000) });
    if (response.ok) return null;
    return ((await response.json()) as { reason?: string }).reason ?? '';
  } catch {
    return '';
  }
}

function delay(ms: number): Promise<undefined> {
  return new Promise((resolve) => setTimeout(() => resolve(undefined), ms));
}

function rotate(file: string): void {
  try {
    if (statSync(file).size > LOG_BYTES_MAX) renameSync(file, `${file}.1`);
  } catch {
    // There is none yet.
  }
}

/** What a program said last of itself; else the last line that names an error. */
function lastLine(file: string, fromBytes: number): string {
  const lines = readFileSync(file).subarray(fromBytes).toString().trimEnd().split('\n');
  const said = lines.findLast((line) => line.startsWith('tidemark ')) ?? lines.findLast((line) => /^\w*Error\b/.test(line));
  return said?.replace(/^tidemark \w+: /, '') ?? lines.at(-1) ?? '';
}
