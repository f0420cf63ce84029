import type { AlertPort } from './alerts.ts';
import type { DashboardPort } from './dashboards.ts';
import type { EditorPort } from './editor.ts';
import type { QueryPort } from './query.ts';
import type { ReceiverPort } from './receivers.ts';
import type { RulePort } from './rules.ts';
import type { StatusPort } from './status.ts';

/** What the routers call: a service implements them over its own stores and engines. */
export interface Ports {
  readonly query: QueryPort;
  readonly editor: EditorPort;
  readonly rules: RulePort;
  readonly alerts: AlertPort;
  readonly receivers: ReceiverPort;
  readonly status: StatusPort;
  readonly dashboards: DashboardPort;
}
