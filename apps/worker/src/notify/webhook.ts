import type { Clock } from '@tidemark/base';
import type { ReceiverSettings } from '@tidemark/rpc';
import { postJson } from './http-post.ts';
import { WEBHOOK_ALERTS } from './limits.ts';
import { common, isoTime, type Message, ruleUrl, timesOf } from './message.ts';
import type { SendResult } from './send-result.ts';

/**
 * Alertmanager's webhook payload, version 4 (prometheus.io, "Alerting: configuration", `webhook_config`), so that what
 * listens to an Alertmanager listens to Tidemark. `sampleAt`, `evaluatedAt`, `dispatchedAt` are ours.
 */
type Settings = Extract<ReceiverSettings, { kind: 'webhook' }>;

export function sendToWebhook(settings: Settings, message: Message, clock: Clock): Promise<SendResult> {
  const headers: Record<string, string> = settings.bearerToken === '' ? {} : { Authorization: `Bearer ${settings.bearerToken}` };
  return postJson(settings.url, renderWebhook(message), headers, clock);
}

export function renderWebhook(message: Message) {
  const shown = message.alerts.slice(0, WEBHOOK_ALERTS);
  return {
    version: '4',
    groupKey: message.groupKey,
    truncatedAlerts: message.alerts.length - shown.length,
    status: message.status,
    receiver: message.receiverName,
    groupLabels: message.groupLabels,
    commonLabels: common(message.alerts.map((alert) => alert.labels)),
    commonAnnotations: common(message.alerts.map((alert) => alert.annotations)),
    externalURL: message.webUrl,
    ...timesOf(message),
    alerts: shown.map((alert) => ({
      status: alert.status,
      labels: alert.labels,
      annotations: alert.annotations,
      startsAt: isoTime(alert.startsAtMs),
      endsAt: alert.endsAtMs === null ? NOT_ENDED : isoTime(alert.endsAtMs),
      generatorURL: ruleUrl(message, alert),
      fingerprint: alert.fingerprint,
    })),
  };
}

/** Go's zero time, which Alertmanager sends for an alert that has not ended. */
const NOT_ENDED = '0001-01-01T00:00:00Z';
