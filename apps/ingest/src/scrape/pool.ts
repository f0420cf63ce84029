import type { Labels } from '@tidemark/tsdb/model';
import { discover } from '../discovery/discover.ts';
import { type Target, targetsOf } from '../discovery/target.ts';
import type { ScrapeJob, TargetGroup } from '../prometheus-config/job.ts';
import { createHttpClient, type HttpClient } from './http-client.ts';
import { DROPPED_TARGETS_SHOWN_MAX } from './limits.ts';
import { type LoopPorts, ScrapeLoop } from './loop.ts';

/**
 * One job: its discovery, and a loop for each target that comes out of it. A new configuration takes over
 * target by target, so that a target that stays loses neither a scrape nor its series.
 */
export interface PoolPorts extends LoopPorts {
  readonly warn: (message: string) => void;
}

export class ScrapePool {
  readonly #ports: PoolPorts;
  #job: ScrapeJob;
  #client: HttpClient;
  #discovery = new AbortController();
  /** Clients of older configurations, still used by loops until the new targets are known. */
  #retired: HttpClient[] = [];
  #loops = new Map<string, ScrapeLoop>();
  #dropped: readonly Labels[] = [];
  #droppedCount = 0;
  /** Loops on their way out, waited for when all ends. */
  readonly #ending = new Set<Promise<void>>();
  readonly #warned = new Set<string>();

  constructor(job: ScrapeJob, ports: PoolPorts) {
    this.#ports = ports;
    this.#job = job;
    this.#client = createHttpClient(job.http);
    this.#discover();
  }

  get job(): ScrapeJob {
    return this.#job;
  }

  get loops(): Iterable<ScrapeLoop> {
    return this.#loops.values();
  }

  get dropped(): { readonly discovered: readonly Labels[]; readonly count: number } {
    return { discovered: this.#dropped, count: this.#droppedCount };
  }

  /** From now on under another configuration. The old loops go on until the new targets are known. */
  apply(job: ScrapeJob): void {
    this.#discovery.abort();
    this.#discovery = new AbortController();
    this.#retired.push(this.#client);
    this.#job = job;
    this.#client = createHttpClient(job.http);
    this.#discover();
  }

  /** `gone` ends the series of every target; `shutdown` leaves them as they are. */
  async stop(reason: 'gone' | 'shutdown'): Promise<void> {
    this.#discovery.abort();
    for (const loop of this.#loops.values()) this.#end(loop.stop(reason));
    this.#loops.clear();
    await Promise.all(this.#ending);
    for (const client of [...this.#retired, this.#client]) client.close();
  }

  #discover(): void {
    const job = this.#job;
    const found = (groups: readonly TargetGroup[]) => {
      this.#sync(job, groups);
      this.#closeRetired();
    };
    const { clock } = this.#ports;
    const warn = (message: string) => this.#ports.warn(`job ${job.name}: ${message}`);
    discover(job.discovery, { clock, warn }, found, this.#discovery.signal).catch(this.#ports.onBug);
  }

  #sync(job: ScrapeJob, groups: readonly TargetGroup[]): void {
    const wanted = new Map<string, Target>();
    const dropped: Labels[] = [];
    for (const result of groups.flatMap((group) => targetsOf(job, group))) {
      if (result.kind === 'target') wanted.set(result.target.key, result.target);
      else if (result.kind === 'dropped') dropped.push(result.discovered);
      else this.#warnOnce(`job ${job.name}: target ${result.discovered} is left out: ${result.reason}`);
    }
    this.#droppedCount = dropped.length;
    this.#dropped = dropped.slice(0, DROPPED_TARGETS_SHOWN_MAX);

    const before = this.#loops;
    this.#loops = new Map();
    for (const [key, target] of wanted) {
      const running = before.get(key);
      before.delete(key);
      if (running?.job === job) {
        this.#loops.set(key, running);
        continue;
      }
      this.#loops.set(key, new ScrapeLoop(target, job, this.#client, this.#ports, running));
      if (running !== undefined) this.#end(running.stop('replaced'));
    }
    for (const loop of before.values()) this.#end(loop.stop('gone'));
    const limit = job.limits.targets;
    const exceeded = limit > 0 && wanted.size > limit ? `target_limit exceeded: ${wanted.size} targets, limit ${limit}` : null;
    for (const loop of this.#loops.values()) loop.forcedFailure = exceeded;
  }

  #closeRetired(): void {
    const retired = this.#retired;
    this.#retired = [];
    if (retired.length > 0) void Promise.all(this.#ending).then(() => retired.forEach((client) => void client.close()));
  }

  #end(stopped: Promise<void>): void {
    const tracked = stopped.finally(() => this.#ending.delete(tracked));
    this.#ending.add(tracked);
  }

  #warnOnce(message: string): void {
    if (this.#warned.has(message) || this.#warned.size >= DROPPED_TARGETS_SHOWN_MAX) return;
    this.#warned.add(message);
    this.#ports.warn(message);
  }
}
