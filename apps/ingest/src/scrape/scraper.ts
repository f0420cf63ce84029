import type { Service } from '@tidemark/base/service';
import type { ScrapeJob } from '../prometheus-config/job.ts';
import { type PoolPorts, ScrapePool } from './pool.ts';

export type ScraperOptions = Omit<PoolPorts, 'onBug'>;

/** While it runs: scrapes the targets of the jobs that it was last given. A target's failure is the target's, never this service's. */
export class Scraper implements Service {
  readonly name = 'scraper';
  readonly #ports: PoolPorts;
  readonly #pools = new Map<string, { pool: ScrapePool; fingerprint: string }>();
  readonly #leaving = new Set<Promise<void>>();
  #jobs: readonly ScrapeJob[] = [];
  #running = false;
  readonly #bug = Promise.withResolvers<never>();

  constructor(options: ScraperOptions) {
    this.#ports = { ...options, onBug: (error) => this.#bug.reject(error) };
  }

  /** Jobs that are as they were go on undisturbed; those that are not among `jobs` end. Their names are unique. */
  apply(jobs: readonly ScrapeJob[]): void {
    this.#jobs = jobs;
    if (!this.#running) return;
    const names = new Set(jobs.map((job) => job.name));
    for (const [name, { pool }] of this.#pools) {
      if (names.has(name)) continue;
      this.#pools.delete(name);
      const leaving = pool.stop('gone').finally(() => this.#leaving.delete(leaving));
      this.#leaving.add(leaving);
    }
    for (const job of jobs) {
      const fingerprint = fingerprintOf(job);
      const running = this.#pools.get(job.name);
      if (running === undefined) {
        this.#pools.set(job.name, { pool: new ScrapePool(job, this.#ports), fingerprint });
      } else if (running.fingerprint !== fingerprint) {
        running.pool.apply(job);
        running.fingerprint = fingerprint;
      }
    }
  }

  get pools(): readonly ScrapePool[] {
    return [...this.#pools.values()].map(({ pool }) => pool);
  }

  async run(signal: AbortSignal): Promise<void> {
    this.#running = true;
    this.apply(this.#jobs);
    const stopped = new Promise<void>((resolve) => {
      if (signal.aborted) resolve();
      else signal.addEventListener('abort', () => resolve(), { once: true });
    });
    await Promise.race([stopped, this.#bug.promise]);
  }

  async drain(): Promise<void> {
    this.#running = false;
    await Promise.all([...this.pools.map((pool) => pool.stop('shutdown')), ...this.#leaving]);
    this.#pools.clear();
  }
}

/** Equal for jobs that would do the same. Compiled patterns stand by their source. */
function fingerprintOf(job: ScrapeJob): string {
  return JSON.stringify(job, (_key, value) => (typeof value === 'bigint' ? String(value) : value));
}
