import { createHash } from 'node:crypto';
import type { Millis } from '@tidemark/base';
import type { LedgerAlert, LedgerDraft, LedgerEntry } from '@tidemark/db';
import { Labels } from '@tidemark/tsdb/model';
import type { AlertBook, BookedAlert } from '../rules/alert-book.ts';
import { decide, type LastMessage } from './decide.ts';
import { groupLabelsOf } from './matchers.ts';
import type { ReadyReceiver, ReceiverSet } from './receiver-set.ts';

/**
 * The groups of every receiver: which alerts belong together, and what was said of them last. No I/O: the notifier
 * asks for the messages that are due, records them, and tells what became of them.
 */
interface Group {
  readonly tenant: string;
  readonly receiverId: string;
  readonly key: string;
  readonly labels: Labels;
  /** By rule and fingerprint; what they are now is in the book. */
  readonly members: Map<string, { readonly ruleId: string; readonly fingerprint: string }>;
  last: LastMessage | null;
  stateVersion: number;
}

export class AlertGroups {
  readonly #book: AlertBook;
  readonly #receivers: ReceiverSet;
  readonly #groups = new Map<string, Group>();

  constructor(book: AlertBook, receivers: ReceiverSet) {
    this.#book = book;
    this.#receivers = receivers;
  }

  /** The last word to a group, from the ledger. */
  said(entry: LedgerDraft & Pick<LedgerEntry, 'outcome'>): void {
    const { tenant, receiverId, groupKey } = entry;
    const group = this.#group(tenant, receiverId, groupKey, Labels.from(entry.groupLabels));
    if (entry.stateVersion < group.stateVersion) return;
    group.stateVersion = entry.stateVersion;
    group.last = { atMs: entry.createdAtMs, alerts: entry.alerts, failed: entry.outcome === 'failed' };
  }

  /** Sorts all alerts anew, at the start and when receivers changed. */
  regroup(): void {
    for (const group of this.#groups.values()) group.members.clear();
    for (const alert of this.#book.alerts()) this.add(alert);
  }

  add(alert: BookedAlert): void {
    const { tenant, ruleId, instance } = alert;
    if (instance.life.state === 'pending') return;
    for (const { receiver } of this.#receivers.for(alert)) {
      const labels = groupLabelsOf(instance.labels, receiver.groupBy);
      const group = this.#group(tenant, receiver.id, groupKeyOf(labels), labels);
      group.members.set(`${ruleId}/${instance.fingerprint}`, { ruleId, fingerprint: instance.fingerprint });
    }
  }

  /** The messages that are due at the tick. */
  due(atMs: Millis): LedgerDraft[] {
    const drafts: LedgerDraft[] = [];
    for (const group of this.#groups.values()) {
      if (group.members.size === 0 && group.last?.alerts.some(({ status }) => status === 'firing') !== true && group.last?.failed !== true)
        continue;
      const ready = this.#receivers.get(group.tenant, group.receiverId);
      if (ready === null) continue;
      const { alerts, sampleAtMs } = this.#now(group);
      const message = decide(alerts, lastFor(group, ready), ready.receiver, atMs);
      if (message !== null) drafts.push(draftOf(group, ready, message, sampleAtMs ?? atMs, atMs));
    }
    return drafts;
  }

  /** What the group's alerts are now. Those that are no more are dropped. */
  #now(group: Group): { alerts: LedgerAlert[]; sampleAtMs: Millis | null } {
    const alerts: LedgerAlert[] = [];
    let sampleAtMs: Millis | null = null;
    for (const [key, { ruleId, fingerprint }] of group.members) {
      const alert = this.#book.find(group.tenant, ruleId, fingerprint);
      if (alert === null || alert.instance.life.state === 'pending') {
        group.members.delete(key);
        continue;
      }
      alerts.push(ledgerAlertOf(alert));
      sampleAtMs = Math.max(sampleAtMs ?? 0, alert.instance.sampleAtMs);
    }
    return { alerts, sampleAtMs };
  }

  #group(tenant: string, receiverId: string, key: string, labels: Labels): Group {
    const id = `${tenant}/${receiverId}/${key}`;
    let group = this.#groups.get(id);
    if (group === undefined) {
      group = { tenant, receiverId, key, labels, members: new Map(), last: null, stateVersion: 0 };
      this.#groups.set(id, group);
    }
    return group;
  }
}

/** A failure from before the receiver was saved anew is long ago: what is right now need not be waited for. */
function lastFor({ last }: Group, { receiver }: ReadyReceiver): LastMessage | null {
  return last?.failed && receiver.updatedAtMs > last.atMs ? { ...last, atMs: Number.NEGATIVE_INFINITY } : last;
}

function draftOf(group: Group, { receiver }: ReadyReceiver, alerts: readonly LedgerAlert[], sampleAtMs: Millis, atMs: Millis): LedgerDraft {
  return {
    tenant: group.tenant,
    receiverId: receiver.id,
    receiverName: receiver.name,
    receiverKind: receiver.settings.kind,
    groupKey: group.key,
    groupLabels: group.labels.toObject(),
    stateVersion: group.stateVersion + 1,
    status: alerts.some((alert) => alert.status === 'firing') ? 'firing' : 'resolved',
    alerts,
    createdAtMs: atMs,
    sampleAtMs,
    evaluatedAtMs: atMs,
  };
}

function ledgerAlertOf({ ruleId, ruleName, instance }: BookedAlert): LedgerAlert {
  const { fingerprint, labels, annotations, value, life } = instance;
  return {
    ruleId,
    ruleName,
    fingerprint,
    status: life.state === 'resolved' ? 'resolved' : 'firing',
    labels: labels.toObject(),
    annotations,
    value,
    startsAtMs: life.state === 'pending' ? life.activeSinceMs : life.firingSinceMs,
    endsAtMs: life.state === 'resolved' ? life.resolvedAtMs : null,
  };
}

/** The labels as PromQL writes them; PostgreSQL's index takes no more than about 2,700 bytes, so long ones end in a hash. */
function groupKeyOf(labels: Labels): string {
  const text = labels.toString();
  if (text.length <= 500) return text;
  return `${text.slice(0, 200)}#${createHash('sha256').update(text).digest('hex')}`;
}
