import { type Clock, formatDuration, type Millis } from '@tidemark/base';
import type { RetentionPlan } from '@tidemark/rpc';
import type { RetentionReport } from '@tidemark/tsdb';
import type { GroupClient } from '../partitions/group-client.ts';
import type { PlainRules } from './retention-config.ts';

/** What retention would take away, over all partitions of a worker. */
export class RetentionPlans {
  readonly #groups: readonly Pick<GroupClient, 'retention' | 'partitions'>[];
  readonly #clock: Clock;

  constructor(groups: readonly Pick<GroupClient, 'retention' | 'partitions'>[], clock: Clock) {
    this.#groups = groups;
    this.#clock = clock;
  }

  /** Of one tenant's samples, `withinMs` from now; by other rules than those that hold when they are given. */
  async plan(tenant: string, withinMs: Millis, rules: PlainRules | null = null): Promise<RetentionPlan> {
    const atMs = this.#clock.now() + withinMs;
    const partitionsAll = this.#groups.reduce((sum, { partitions }) => sum + partitions.length, 0);
    const reports = (await Promise.all(this.#groups.map((group) => group.retention({ atMs, rules, partitionsAll })))).flat();
    const leaving = reports
      .flatMap((report) => report.leaving)
      .filter((each) => each.tenant === tenant)
      .sort((a, b) => a.toMs - b.toMs || a.fromMs - b.fromMs)
      .map(({ tenant: _, ...each }) => each);
    return { atMs, held: heldReason(reports), leaving, freedBytes: leaving.reduce((sum, { bytes }) => sum + bytes, 0) };
  }
}

function heldReason(reports: readonly RetentionReport[]): string | null {
  const held = reports.map((report) => report.held).find((each) => each !== null) ?? null;
  if (held === null) return null;
  const expected = new Date(held.expectedMs).toISOString().slice(0, 19);
  const minutes = formatDuration(Math.max(1, Math.round(held.forMs / 60_000)) * 60_000);
  return `this machine's clock has jumped, it should say about ${expected}Z; its time is believed when it has lasted for another ${minutes}`;
}
