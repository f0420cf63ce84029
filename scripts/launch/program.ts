import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync, renameSync, statSync } from 'node:fs';
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
  #stopping = false;
  #wasReady = false;
  #restartMs = RESTART_FIRST_MS;

  constructor(plan: ProgramPlan, logDir: string) {
    this.title = plan.title;
    this.#plan = plan;
    this.#logFile = join(logDir, `${plan.title}.log`);
    rotate(this.#logFile);
  }

  /** Resolves when ready or when `signal` aborts; throws with the program's own last line when it ends first. */
  async start(signal: AbortSignal, detail: (text: string) => void): Promise<void> {
    this.#spawn();
    while (!signal.aborted) {
      const ended = await Promise.race([this.#exited, delay(READY_POLL_MS)]);
      if (ended !== undefined) throw new LaunchRefusedError(`${this.title} ended before it was ready: ${lastLine(this.#logFile)}`);
      const waiting = await askReady(this.#plan.readyUrl);
      if (waiting === null) {
        this.#wasReady = true;
        return;
      }
      if (waiting !== '') detail(waiting);
    }
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
    const child = spawn(projectNode(), ['--import', DIE_WITH_PARENT, this.#plan.entry, ...this.#plan.args], {
      env: { ...projectEnvironment(), ...this.#plan.env },
      stdio: ['pipe', log, log],
      // A group of its own: Ctrl-C reaches the launcher, which ends the parts in order.
      detached: true,
    });
    closeSync(log);
    this.#child = child;
    const startedAt = performance.now();
    this.#exited = new Promise((resolve) => {
      child.on('error', () => resolve(127));
      child.on('exit', (code) => resolve(code ?? 1));
    });
    this.#exited.then((code) => {
      if (this.#stopping || !this.#wasReady) return;
      if (performance.now() - startedAt > RESTART_MAX_MS) this.#restartMs = RESTART_FIRST_MS;
      console.log(`! ${this.title} ended (exit code ${code}) and is started again; its output: ${this.#logFile}`);
      setTimeout(() => this.#stopping || this.#spawn(), this.#restartMs);
      this.#restartMs = Math.min(this.#restartMs * 2, RESTART_MAX_MS);
    });
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
function lastLine(file: string): string {
  const lines = readFileSync(file, 'utf8').trimEnd().split('\n');
  const said = lines.findLast((line) => line.startsWith('tidemark ')) ?? lines.findLast((line) => /^\w*Error\b/.test(line));
  return said?.replace(/^tidemark \w+: /, '') ?? lines.at(-1) ?? '';
}
