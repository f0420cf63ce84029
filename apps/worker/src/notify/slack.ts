import type { Clock } from '@tidemark/base';
import type { LedgerAlert } from '@tidemark/db';
import type { ReceiverSettings } from '@tidemark/rpc';
import { postJson } from './http-post.ts';
import { ALERTS_SHOWN, SLACK_TEXT_CHARS, SLACK_TITLE_CHARS } from './limits.ts';
import { alertsUrl, type Message, ruleUrl, shorten, summaryOf, timesOf, titleOf } from './message.ts';
import type { SendResult } from './send-result.ts';

/**
 * Slack's incoming webhooks (docs.slack.dev, "Sending messages using incoming webhooks", "Secondary message
 * attachments"): the title as the message's text, one attachment with a coloured bar for each alert.
 */
type Settings = Extract<ReceiverSettings, { kind: 'slack' }>;

export interface SlackMessage {
  readonly channel?: string;
  readonly text: string;
  readonly attachments: readonly SlackAttachment[];
}

export interface SlackAttachment {
  readonly color: string;
  readonly fallback: string;
  readonly title: string;
  readonly title_link: string;
  readonly text: string;
  readonly mrkdwn_in: readonly 'text'[];
  readonly footer?: string;
  readonly ts?: number;
}

export function sendToSlack(settings: Settings, message: Message, clock: Clock): Promise<SendResult> {
  return postJson(settings.webhookUrl, renderSlack(message, settings.channel), {}, clock);
}

export function renderSlack(message: Message, channel = ''): SlackMessage {
  const title = escapeText(shorten(titleOf(message), SLACK_TITLE_CHARS));
  const shown = message.alerts.slice(0, ALERTS_SHOWN).map((alert) => attachmentOf(message, alert));
  const left = message.alerts.length - shown.length;
  const { sampleAt, evaluatedAt, dispatchedAt } = timesOf(message);
  const times = `sample ${sampleAt} · evaluated ${evaluatedAt} · sent ${dispatchedAt}`;
  const last = shown.length - 1;
  const footer = left > 0 ? `and ${left} more · ${times}` : times;
  return {
    ...(channel === '' ? {} : { channel }),
    text: `*<${linkOf(alertsUrl(message))}|${title}>*`,
    attachments: shown.map((attachment, i) =>
      i === last ? { ...attachment, footer, ts: Math.floor(message.evaluatedAtMs / 1000) } : attachment,
    ),
  };
}

function attachmentOf(message: Message, alert: LedgerAlert): SlackAttachment {
  const title = escapeText(shorten(summaryOf(alert), SLACK_TITLE_CHARS));
  const description = alert.annotations.description ? `${shorten(alert.annotations.description, SLACK_TEXT_CHARS / 4)}\n` : '';
  const labels = Object.entries(alert.labels).map(([name, value]) => `\`${name}=${value.replaceAll('`', "'")}\``);
  return {
    color: colourOf(alert),
    fallback: `${alert.status === 'firing' ? 'Firing' : 'Resolved'}: ${title}`,
    title,
    title_link: ruleUrl(message, alert),
    text: escapeText(shorten(`${description}${labels.join(' ')}`, SLACK_TEXT_CHARS / 2)),
    mrkdwn_in: ['text'],
  };
}

function colourOf({ status, labels }: LedgerAlert): string {
  if (status === 'resolved') return '#2e9e5b';
  return /^(warn|warning|minor|info)$/i.test(labels.severity ?? '') ? '#e8a317' : '#d63232';
}

/** Slack's three control characters ("Escaping text"); each grows to five at most, which the limits above allow for. */
function escapeText(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

/** A bar would end the link's address. */
const linkOf = (url: string) => escapeText(url).replaceAll('|', '%7C');
