export { type Database, DatabaseUnreachableError, openDatabase } from './database.ts';
export { HISTORY_KEPT_MS } from './limits.ts';
export { MigrationError } from './migrate/run-migrations.ts';
export type { AlertHistoryStore } from './stores/alert-history.ts';
export type { AlertChanges, AlertStateStore, StoredInstance, StoredTransition } from './stores/alert-states.ts';
export type { DashboardStore } from './stores/dashboards.ts';
export type {
  LedgerAlert,
  LedgerDraft,
  LedgerEntry,
  LedgerOutcome,
  LedgerProgress,
  NotificationStore,
} from './stores/notifications.ts';
export type { ReceiverStore } from './stores/receivers.ts';
export type { RuleStore } from './stores/rules.ts';
