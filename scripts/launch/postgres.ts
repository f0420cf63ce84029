import { appendFileSync } from 'node:fs';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '@tidemark/db/embedded';
import { logFileOf } from './log-file.ts';
import { type Lasting, startAgain } from './start-again.ts';

/** The embedded PostgreSQL: started, started again when it dies, ended. Its address stays the same. */
export class Postgres implements Lasting {
  readonly title = 'PostgreSQL';
  readonly logFile: string;
  readonly #dir: string;
  readonly #stop = new AbortController();
  #server: EmbeddedPostgres | null = null;
  #lastError = '';
  /** The attempt under way: what it brings up must be ended, too. */
  #starting: Promise<unknown> = Promise.resolve();

  constructor(dir: string, logDir: string) {
    this.#dir = dir;
    this.logFile = logFileOf(logDir, 'postgres');
  }

  /** Resolves with the address for `openDatabase`; throws when it does not start. */
  async start(): Promise<string> {
    const { url } = await this.#open();
    void startAgain(this, this.#stop.signal);
    return url;
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#starting;
    await this.#server?.stop();
  }

  async ended(): Promise<string> {
    if (this.#server === null) return this.#lastError;
    await this.#server.ended;
    this.#server = null;
    return 'by itself';
  }

  async startOnce(): Promise<boolean> {
    const attempt = this.#open();
    this.#starting = attempt.catch((error: Error) => {
      this.#lastError = error.message;
    });
    await this.#starting;
    return this.#server !== null;
  }

  async #open(): Promise<EmbeddedPostgres> {
    this.#server = await startEmbeddedPostgres({ dir: this.#dir, onLog: (line) => this.#log(line) });
    return this.#server;
  }

  #log(line: string): void {
    try {
      appendFileSync(this.logFile, `${line}\n`, { mode: 0o600 });
    } catch {
      // A full disk: the database tells its clients by itself.
    }
  }
}
