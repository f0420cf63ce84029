import type { Millis } from '@tidemark/base';
import type { AlertChanges, StoredInstance, StoredTransition } from '@tidemark/db';
import { type Advance, type AlertInstance, type InstanceState, type Instances, NO_INSTANCES } from '@tidemark/tsdb/alert';
import { Labels } from '@tidemark/tsdb/model';

/**
 * The instances of every rule, as the last tick left them: what the pages show and what notifications are made of.
 * Written by the tick loop only.
 */
export interface RuleRef {
  readonly tenant: string;
  readonly ruleId: string;
  readonly ruleName: string;
}

export interface BookedAlert extends RuleRef {
  readonly instance: AlertInstance;
}

interface Page extends RuleRef {
  readonly instances: Instances;
}

export class AlertBook {
  readonly #pages = new Map<string, Page>();

  instancesOf(tenant: string, ruleId: string): Instances {
    return this.#pages.get(pageKey(tenant, ruleId))?.instances ?? NO_INSTANCES;
  }

  find(tenant: string, ruleId: string, fingerprint: string): BookedAlert | null {
    const page = this.#pages.get(pageKey(tenant, ruleId));
    const instance = page?.instances.get(fingerprint);
    return page === undefined || instance === undefined ? null : { ...refOf(page), instance };
  }

  /** Rules that have instances. */
  rules(): RuleRef[] {
    return [...this.#pages.values()];
  }

  *alerts(tenant?: string): Generator<BookedAlert> {
    for (const page of this.#pages.values()) {
      if (tenant !== undefined && page.tenant !== tenant) continue;
      for (const instance of page.instances.values()) yield { ...refOf(page), instance };
    }
  }

  put(rule: RuleRef, instances: Instances): void {
    const key = pageKey(rule.tenant, rule.ruleId);
    if (instances.size === 0) this.#pages.delete(key);
    else this.#pages.set(key, { ...refOf(rule), instances });
  }

  /** What PostgreSQL kept, at the start. */
  restore(stored: readonly StoredInstance[]): void {
    const byRule = Map.groupBy(stored, ({ tenant, ruleId }) => pageKey(tenant, ruleId));
    for (const instances of byRule.values()) {
      this.put(instances[0], new Map(instances.map((instance) => [instance.fingerprint, fromStored(instance)])));
    }
  }
}

function refOf({ tenant, ruleId, ruleName }: RuleRef): RuleRef {
  return { tenant, ruleId, ruleName };
}

/** Neither part holds a slash: tenants by their alphabet, rule ids as UUIDs. */
const pageKey = (tenant: string, ruleId: string) => `${tenant}/${ruleId}`;

/** One rule's step as PostgreSQL keeps it. */
export function changesOf(rule: RuleRef, { changed, forgotten, transitions }: Advance, atMs: Millis): AlertChanges {
  return {
    changed: changed.map((instance) => toStored(rule, instance, atMs)),
    forgotten: forgotten.map(({ fingerprint }) => ({ tenant: rule.tenant, ruleId: rule.ruleId, fingerprint })),
    transitions: transitions.map(
      ({ instance, from, to }): StoredTransition => ({
        ...refOf(rule),
        atMs,
        fingerprint: instance.fingerprint,
        labels: instance.labels.toObject(),
        from,
        to,
        value: instance.value,
      }),
    ),
  };
}

function toStored(
  rule: RuleRef,
  { fingerprint, labels, annotations, value, sampleAtMs, life }: AlertInstance,
  atMs: Millis,
): StoredInstance {
  return {
    ...refOf(rule),
    fingerprint,
    labels: labels.toObject(),
    annotations,
    state: life.state,
    value,
    activeSinceMs: life.activeSinceMs,
    firingSinceMs: life.state === 'pending' ? null : life.firingSinceMs,
    quietSinceMs: life.state === 'firing' ? life.quietSinceMs : null,
    resolvedAtMs: life.state === 'resolved' ? life.resolvedAtMs : null,
    sampleAtMs,
    evaluatedAtMs: atMs,
  };
}

function fromStored({ fingerprint, labels, annotations, value, sampleAtMs, ...stored }: StoredInstance): AlertInstance {
  return { fingerprint, labels: Labels.from(labels), annotations, value, sampleAtMs, life: lifeOf(stored) };
}

function lifeOf(
  stored: Pick<StoredInstance, 'state' | 'activeSinceMs' | 'firingSinceMs' | 'quietSinceMs' | 'resolvedAtMs'>,
): InstanceState {
  const { state, activeSinceMs, quietSinceMs } = stored;
  if (state === 'pending') return { state, activeSinceMs };
  const firingSinceMs = stored.firingSinceMs ?? activeSinceMs;
  if (state === 'firing') return { state, activeSinceMs, firingSinceMs, quietSinceMs };
  return { state, activeSinceMs, firingSinceMs, resolvedAtMs: stored.resolvedAtMs ?? firingSinceMs };
}
