import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, fstatSync, openSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { projectEnvironment, projectNode } from '../prepare/project.mjs';
import { logFileOf } from './log-file.ts';
import type { ProgramPlan } from './programs.ts';
import { LaunchRefusedError } from './refused.ts';
import { delay, type Lasting, startAgain } from './start-again.ts';

const READY_POLL_MS = 50;
/** A service that drains longer than this is ended hard. */
const STOP_MS = 20_000;

const DIE_WITH_PARENT = fileURLToPath(new URL('./die-with-parent.ts', import.meta.url));

/**
 * One service's process: started, waited for, started again when it dies, ended.
 *
 *   new ──start──▶ starting ──ready──▶ running ──died──▶ starting (with back-off)
 *                                      running ──stop──▶ stopped
 */
export class Program implements Lasting {
  readonly title: string;
  readonly logFile: string;
  readonly #plan: ProgramPlan;
  readonly #stop = new AbortController();
  #child: ChildProcess | null = null;
  #exited: Promise<number> = Promise.resolve(0);
  /** Where the output of the process that runs now begins. */
  #logFromBytes = 0;

  constructor(plan: ProgramPlan, logDir: string) {
    this.title = plan.title;
    this.#plan = plan;
    this.logFile = logFileOf(logDir, plan.title);
  }

  /** Resolves when ready or when `signal` aborts; throws with the program's own last line when it ends first. */
  async start(signal: AbortSignal, detail: (text: string) => void): Promise<void> {
    this.#spawn();
    const ended = await this.#untilReady(() => signal.aborted, detail);
    if (ended) throw new LaunchRefusedError(`${this.title} ended before it was ready: ${lastLine(this.logFile, this.#logFromBytes)}`);
    void startAgain(this, this.#stop.signal);
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    const child = this.#child;
    if (child === null || child.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGTERM');
    const hard = setTimeout(() => child.kill('SIGKILL'), STOP_MS);
    await this.#exited;
    clearTimeout(hard);
  }

  #spawn(): void {
    const log = openSync(this.logFile, 'a', 0o600);
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

  async ended(): Promise<string> {
    return `exit code ${await this.#exited}`;
  }

  async startOnce(): Promise<boolean> {
    this.#spawn();
    return !(await this.#untilReady(
      () => this.#stop.signal.aborted,
      () => {},
    ));
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

/** What a program said last of itself; else the last line that names an error. */
function lastLine(file: string, fromBytes: number): string {
  const lines = readFileSync(file).subarray(fromBytes).toString().trimEnd().split('\n');
  const said = lines.findLast((line) => line.startsWith('tidemark ')) ?? lines.findLast((line) => /^\w*Error\b/.test(line));
  return said?.replace(/^tidemark \w+: /, '') ?? lines.at(-1) ?? '';
}
