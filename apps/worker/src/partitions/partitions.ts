import { type Clock, type Millis, sortInSlices } from '@tidemark/base';
import type { Leaf, LeafSource } from '@tidemark/promql';
import { DEFAULT_LIMITS, fanOut, type Queryable, QueryBudget, type Tiers } from '@tidemark/tsdb';
import { compareLabels } from '@tidemark/tsdb/model';
import { LRUCache } from 'lru-cache';
import { TENANTS_ASKED_MAX, TIERS_KNOWN_MS } from '../limits.ts';
import type { GroupClient, LeafAnswer, TimedPart } from './group-client.ts';

/** What queries ask. Without `leaves` everything is evaluated over `queryable`. */
export interface QuerySource {
  readonly queryable: Queryable;
  readonly leaves?: LeafSource;
}

export interface TimedLeafSource extends LeafSource {
  ask(leaf: Leaf, budget: QueryBudget): Promise<readonly TimedPart[] | null>;
}

/** All partitions of a log, over the groups that own them. */
export class Partitions {
  readonly queryable: Queryable;
  /** For people's queries. */
  readonly leaves: TimedLeafSource;
  /** For rules and live views: they go ahead, and what several of them ask at the same time is asked once. */
  readonly leavesAhead: TimedLeafSource;
  readonly #groups: readonly Pick<GroupClient, 'leaf'>[];
  readonly #clock: Clock;
  readonly #mixedUntilMs: Millis;
  readonly #shared = new Map<string, { readonly budget: QueryBudget; readonly answers: Promise<readonly LeafAnswer[]> }>();

  /** `grownAtMs`: when the log got partitions the last time, null for never. */
  constructor(groups: readonly (Pick<GroupClient, 'leaf'> & Queryable)[], grownAtMs: Millis | null, clock: Clock) {
    this.#groups = groups;
    this.#clock = clock;
    // A sample that was accepted before may carry a time as far ahead as engines take it.
    this.#mixedUntilMs = grownAtMs === null ? Number.NEGATIVE_INFINITY : grownAtMs + DEFAULT_LIMITS.futureMs;
    this.queryable = inOrder(fanOut(groups), clock);
    this.leaves = { ask: (leaf, budget) => this.#unlessMixed(leaf, () => this.#ask(leaf, budget, false)) };
    this.leavesAhead = { ask: (leaf, budget) => this.#unlessMixed(leaf, () => this.#askOnce(leaf, budget)) };
  }

  /** Series have moved when partitions were added: where samples from before count, a series may lie in two places. */
  async #unlessMixed(leaf: Leaf, ask: () => Promise<readonly LeafAnswer[]>): Promise<readonly TimedPart[] | null> {
    if (leaf.fromMs <= this.#mixedUntilMs) return null;
    return (await ask()).flatMap(({ parts }) => parts);
  }

  #ask(leaf: Leaf, budget: QueryBudget, ahead: boolean): Promise<readonly LeafAnswer[]> {
    return Promise.all(this.#groups.map((group) => group.leaf(leaf, budget, ahead)));
  }

  /** Everybody is charged in full. Nobody's end ends it for the others: its deadline does. */
  async #askOnce(leaf: Leaf, budget: QueryBudget): Promise<readonly LeafAnswer[]> {
    const share = budget.share();
    const key = JSON.stringify([leaf, share.limits]);
    let asked = this.#shared.get(key);
    if (asked === undefined) {
      const own = QueryBudget.ofShare(share, this.#clock);
      asked = { budget: own, answers: this.#ask(leaf, own, true) };
      this.#shared.set(key, asked);
      const forget = () => void this.#shared.delete(key);
      asked.answers.then(forget, forget);
    }
    const answers = await asked.answers;
    for (const stretch of asked.budget.missing) budget.miss(stretch);
    for (const { samples, series } of answers) {
      budget.chargeSamples(samples);
      budget.chargeSeries(series);
    }
    return answers;
  }
}

/** What is kept changes with upkeep, some times an hour; rules ask each second, all of them. */
function recently(ask: NonNullable<Queryable['tiers']>, clock: Clock): NonNullable<Queryable['tiers']> {
  const asked = new LRUCache<string, { readonly atMs: Millis; readonly tiers: Promise<readonly Tiers[]> }>({ max: TENANTS_ASKED_MAX });
  return (tenant) => {
    const known = asked.get(tenant);
    if (known !== undefined && clock.now() - known.atMs < TIERS_KNOWN_MS) return known.tiers;
    const tiers = Promise.resolve(ask(tenant, ALL_TIMES));
    asked.set(tenant, { atMs: clock.now(), tiers });
    tiers.catch(() => asked.delete(tenant));
    return tiers;
  };
}

const ALL_TIMES = { fromMs: Number.NEGATIVE_INFINITY, toMs: Number.POSITIVE_INFINITY };

/** Answers must not depend on which partition a series lies in, nor on the order in which it came there. */
function inOrder(all: Queryable, clock: Clock): Queryable {
  return {
    ...(all.tiers !== undefined && { tiers: recently(all.tiers.bind(all), clock), visitRolled: all.visitRolled?.bind(all) }),
    select: async (request, budget) => {
      const selected = await all.select(request, budget);
      return sortInSlices(
        selected,
        (a, b) => compareLabels(a.labels, b.labels),
        () => budget.breathe(),
      );
    },
    series: (...args) => all.series(...args),
    labelNames: (...args) => all.labelNames(...args),
    labelValues: (...args) => all.labelValues(...args),
    metadata: (tenant) => all.metadata(tenant),
    exemplars: all.exemplars?.bind(all),
  };
}
