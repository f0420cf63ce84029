import { createHash } from 'node:crypto';
import type { Clock } from '@tidemark/base';
import type { LedgerAlert } from '@tidemark/db';
import type { LabelSet, ReceiverSettings } from '@tidemark/rpc';
import { postJson } from './http-post.ts';
import { ALERTS_SHOWN, PAGERDUTY_SUMMARY_CHARS } from './limits.ts';
import { alertsUrl, common, isoTime, type Message, ruleUrl, shorten, summaryOf, timesOf, titleOf } from './message.ts';
import type { SendResult } from './send-result.ts';

/**
 * PagerDuty's Events API v2 (developer.pagerduty.com, "Send an alert event"). A group is one incident: its `dedup_key`
 * is the same in every message, so that PagerDuty adds to the incident, and resolves it when nothing fires any more.
 */
type Settings = Extract<ReceiverSettings, { kind: 'pagerduty' }>;

export interface PagerDutyEvent {
  readonly routing_key: string;
  readonly event_action: 'trigger' | 'resolve';
  readonly dedup_key: string;
  readonly client: string;
  readonly client_url: string;
  readonly links: readonly { readonly href: string; readonly text: string }[];
  readonly payload: {
    readonly summary: string;
    readonly source: string;
    readonly severity: 'critical' | 'error' | 'warning' | 'info';
    readonly timestamp: string;
    readonly class: string;
    readonly custom_details: Readonly<Record<string, unknown>>;
  };
}

export function sendToPagerDuty(settings: Settings, message: Message, clock: Clock): Promise<SendResult> {
  return postJson(settings.eventsUrl, renderPagerDuty(message, settings.routingKey), {}, clock);
}

export function renderPagerDuty(message: Message, routingKey: string): PagerDutyEvent {
  const shown = message.alerts.slice(0, ALERTS_SHOWN);
  const first = message.alerts[0];
  const labels = common(message.alerts.map((alert) => alert.labels));
  const summary = message.alerts.length === 1 ? `${titleOf(message)}: ${summaryOf(first)}` : titleOf(message);
  return {
    routing_key: routingKey,
    event_action: message.status === 'firing' ? 'trigger' : 'resolve',
    dedup_key: dedupKeyOf(message),
    client: 'Tidemark',
    client_url: alertsUrl(message),
    links: [{ href: ruleUrl(message, first), text: `Rule ${first.ruleName}` }],
    payload: {
      summary: shorten(summary, PAGERDUTY_SUMMARY_CHARS),
      source: labels.instance || labels.job || 'tidemark',
      severity: severityOf(message.alerts),
      timestamp: isoTime(message.evaluatedAtMs),
      class: first.ruleName,
      custom_details: {
        ...timesOf(message),
        firing: shown.filter((alert) => alert.status === 'firing').map(detailOf),
        resolved: shown.filter((alert) => alert.status === 'resolved').map(detailOf),
        alerts_left_out: message.alerts.length - shown.length,
      },
    },
  };
}

/** 64 characters of the 255 that are allowed. */
function dedupKeyOf({ receiverId, groupKey }: Message): string {
  return createHash('sha256').update(`${receiverId}\n${groupKey}`).digest('hex');
}

function detailOf({ labels, annotations, value, startsAtMs }: LedgerAlert): {
  labels: LabelSet;
  annotations: LabelSet;
  value: string;
  since: string;
} {
  return { labels, annotations, value: String(value), since: isoTime(startsAtMs) };
}

const SEVERITIES = ['critical', 'error', 'warning', 'info'] as const;
const WORDS: Readonly<Record<string, (typeof SEVERITIES)[number]>> = {
  critical: 'critical',
  crit: 'critical',
  page: 'critical',
  emergency: 'critical',
  fatal: 'critical',
  error: 'error',
  high: 'error',
  major: 'error',
  warning: 'warning',
  warn: 'warning',
  minor: 'warning',
  medium: 'warning',
  info: 'info',
  low: 'info',
  none: 'info',
};

/** The gravest `severity` label of the alerts; one that nobody named is an error. */
function severityOf(alerts: readonly LedgerAlert[]): (typeof SEVERITIES)[number] {
  const named = alerts.map((alert) => WORDS[(alert.labels.severity ?? '').toLowerCase()] ?? 'error');
  return SEVERITIES.find((severity) => named.includes(severity)) ?? 'error';
}
