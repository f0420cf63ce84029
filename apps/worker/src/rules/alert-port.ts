import type { AlertHistoryStore, NotificationStore } from '@tidemark/db';
import type { AlertPort, AlertRow, HistoryFilter, NotificationRow, TransitionRow } from '@tidemark/rpc';
import type { AlertBook, BookedAlert } from './alert-book.ts';

/** The pages' alerts: what is active from the book, what was from PostgreSQL. */
export class WebAlerts implements AlertPort {
  readonly #book: AlertBook;
  readonly #history: AlertHistoryStore;
  readonly #notifications: NotificationStore;

  constructor(book: AlertBook, history: AlertHistoryStore, notifications: NotificationStore) {
    this.#book = book;
    this.#history = history;
    this.#notifications = notifications;
  }

  /** Firing first, then pending, then resolved; the newest first within each. */
  async active(tenant: string): Promise<readonly AlertRow[]> {
    const rows = [...this.#book.alerts(tenant)].map(rowOf);
    return rows.sort((a, b) => ORDER[a.state] - ORDER[b.state] || b.activeSinceMs - a.activeSinceMs);
  }

  history(tenant: string, filter: HistoryFilter): Promise<readonly TransitionRow[]> {
    return this.#history.list(tenant, filter);
  }

  notifications(tenant: string, filter: HistoryFilter): Promise<readonly NotificationRow[]> {
    return this.#notifications.list(tenant, filter);
  }
}

const ORDER = { firing: 0, pending: 1, resolved: 2 };

function rowOf({ ruleId, ruleName, instance: { fingerprint, labels, annotations, value, life } }: BookedAlert): AlertRow {
  return {
    ruleId,
    ruleName,
    fingerprint,
    labels: labels.toObject(),
    annotations,
    state: life.state,
    value,
    activeSinceMs: life.activeSinceMs,
    firingSinceMs: life.state === 'pending' ? null : life.firingSinceMs,
    resolvedAtMs: life.state === 'resolved' ? life.resolvedAtMs : null,
  };
}
