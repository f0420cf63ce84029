import { type Clock, type Prng, prng } from '@tidemark/base';
import type { Logger, Service } from '@tidemark/base/service';
import { type Database, HISTORY_KEPT_MS } from '@tidemark/db';
import type { AlertPort, ReceiverPort, RulePort } from '@tidemark/rpc';
import type { Registry } from 'prom-client';
import type { TickSource } from './consume/ticks.ts';
import { Deliveries } from './notify/deliveries.ts';
import { AlertGroups } from './notify/groups.ts';
import { Notifier } from './notify/notifier.ts';
import { NotifyMetrics } from './notify/notify-metrics.ts';
import { WebReceivers } from './notify/receiver-port.ts';
import { ReceiverSet } from './notify/receiver-set.ts';
import { createSend, type Send } from './notify/send.ts';
import { AlertBook } from './rules/alert-book.ts';
import { WebAlerts } from './rules/alert-port.ts';
import { createRuleEvaluator, type RuleEvaluator, type RuleSource } from './rules/evaluator.ts';
import { HistoryPruner } from './rules/history-pruner.ts';
import { alertsData, type RulesData, rulesData } from './rules/prometheus-json.ts';
import { RuleEngine } from './rules/rule-engine.ts';
import { RuleMetrics } from './rules/rule-metrics.ts';
import { WebRules } from './rules/rule-port.ts';
import { RuleSet } from './rules/rule-set.ts';

/** Rules, alerts and notifications, wired: what the worker needs of them. */
export interface AlertingOptions {
  readonly database: Database;
  readonly source: RuleSource;
  readonly ticks: TickSource;
  readonly clock: Clock;
  /** Where people reach the web: links in messages begin with it. */
  readonly webUrl: string;
  readonly logger: Logger;
  readonly registry: Registry;
  /** Otherwise PromQL over `source`. */
  readonly evaluator?: RuleEvaluator;
  /** Otherwise by HTTP and SMTP. */
  readonly send?: Send;
  /** For the jitter of retries. */
  readonly random?: Prng;
}

export interface Alerting {
  /** In the order in which they start. */
  readonly services: Service[];
  readonly rules: RulePort;
  readonly alerts: AlertPort;
  readonly receivers: ReceiverPort;
  /** The `data` of Prometheus' `/api/v1/rules` and `/api/v1/alerts`. */
  prometheusRules(tenant: string): Promise<RulesData>;
  prometheusAlerts(tenant: string): Promise<object>;
}

export function createAlerting(options: AlertingOptions): Alerting {
  const { database, source, ticks, clock, logger, registry } = options;
  const webUrl = options.webUrl.replace(/\/+$/, '');
  const evaluator = options.evaluator ?? createRuleEvaluator(source, clock);
  const send = options.send ?? createSend(clock);
  const random = options.random ?? prng(clock.now());

  const book = new AlertBook();
  const receivers = new ReceiverSet(database.receivers);
  const groups = new AlertGroups(book, receivers);
  const store = database.notifications;
  const metrics = new NotifyMetrics(registry, () => deliveries.waiting);
  const onFinished = groups.said.bind(groups);
  const deliveries = new Deliveries({ store, receivers, send, webUrl, clock, random, logger, metrics, onFinished });
  const notifier = new Notifier({ groups, receivers, deliveries, store, clock, logger });

  const rules = new RuleSet(database.rules);
  const engine = new RuleEngine({
    rules,
    book,
    store: database.alertStates,
    evaluator,
    ticks,
    clock,
    logger,
    metrics: new RuleMetrics(registry, book),
    onRestored: () => notifier.restore(),
    onTick: (atMs, moved) => notifier.tick(atMs, moved),
  });
  const webRules = new WebRules(database.rules, rules, book, engine, evaluator, clock);
  return {
    services: [new HistoryPruner([database.alertHistory, database.notifications], HISTORY_KEPT_MS, clock, logger), notifier, engine],
    rules: webRules,
    alerts: new WebAlerts(book, database.alertHistory, database.notifications),
    receivers: new WebReceivers(database.receivers, receivers, send, webUrl, clock),
    prometheusRules: (tenant) => rulesData(tenant, webRules, book),
    prometheusAlerts: (tenant) => alertsData(tenant, book),
  };
}
