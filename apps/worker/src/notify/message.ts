import type { Millis } from '@tidemark/base';
import type { LedgerAlert } from '@tidemark/db';
import type { LabelSet } from '@tidemark/rpc';

/** What is said to one receiver about one group, before it is put into the receiver's own words. */
export interface Message {
  readonly receiverId: string;
  readonly receiverName: string;
  readonly groupKey: string;
  readonly groupLabels: LabelSet;
  readonly status: 'firing' | 'resolved';
  /** Firing first. */
  readonly alerts: readonly LedgerAlert[];
  /** Where the web is: links begin with it. Without a slash at its end. */
  readonly webUrl: string;
  readonly sampleAtMs: Millis;
  readonly evaluatedAtMs: Millis;
  readonly dispatchedAtMs: Millis;
}

/** `[FIRING:2] Down`, `[RESOLVED] Down`: what every receiver shows first. */
export function titleOf(message: Message): string {
  const firing = message.alerts.filter((alert) => alert.status === 'firing').length;
  const state = message.status === 'firing' ? `[FIRING:${firing}]` : '[RESOLVED]';
  return `${state} ${nameOf(message)}`;
}

function nameOf({ groupLabels, alerts }: Message): string {
  const { alertname, ...rest } = groupLabels;
  const names = alertname === undefined ? [...new Set(alerts.map((alert) => alert.ruleName))].join(', ') : alertname;
  const values = Object.values(rest).filter((value) => value !== '');
  return values.length === 0 ? names : `${names} (${values.join(' ')})`;
}

/** The line that says what one alert is about. */
export function summaryOf({ annotations, labels, ruleName }: LedgerAlert): string {
  if (annotations.summary) return annotations.summary;
  const told = Object.entries(labels).filter(([name]) => name !== 'alertname');
  return told.length === 0 ? ruleName : `${ruleName}: ${told.map(([name, value]) => `${name}=${value}`).join(' ')}`;
}

export function ruleUrl(message: Message, alert: LedgerAlert): string {
  return `${message.webUrl}/rules/${encodeURIComponent(alert.ruleId)}`;
}

export function alertsUrl(message: Message): string {
  return `${message.webUrl}/alerts`;
}

/** Labels, or annotations, that all alerts share. */
export function common(sets: readonly LabelSet[]): LabelSet {
  const [first = {}, ...rest] = sets;
  return Object.fromEntries(Object.entries(first).filter(([name, value]) => rest.every((set) => set[name] === value)));
}

export const isoTime = (ms: Millis) => new Date(ms).toISOString();

/** The three times of every notification, as text for a reader. */
export function timesOf({ sampleAtMs, evaluatedAtMs, dispatchedAtMs }: Message): {
  sampleAt: string;
  evaluatedAt: string;
  dispatchedAt: string;
} {
  return { sampleAt: isoTime(sampleAtMs), evaluatedAt: isoTime(evaluatedAtMs), dispatchedAt: isoTime(dispatchedAtMs) };
}

/** At most `max` UTF-16 units, never half a character. */
export function shorten(text: string, max: number): string {
  if (text.length <= max) return text;
  const cut = text.slice(0, max - 1);
  return `${/[\ud800-\udbff]$/.test(cut) ? cut.slice(0, -1) : cut}…`;
}
