import { createHash } from 'node:crypto';
import type { LedgerAlert } from '@tidemark/db';
import type { ReceiverSettings } from '@tidemark/rpc';
import { createTransport, type SendMailOptions } from 'nodemailer';
import { ALERTS_SHOWN, ANSWER_CHARS, SEND_TIMEOUT_MS, SUBJECT_CHARS } from './limits.ts';
import { alertsUrl, isoTime, type Message, ruleUrl, shorten, summaryOf, timesOf, titleOf } from './message.ts';
import type { SendResult } from './send-result.ts';

/** A mail as text and as HTML. All mails of a group refer to one id, so that mail programs show them as one thread. */
type Settings = Extract<ReceiverSettings, { kind: 'email' }>;

export async function sendByEmail(settings: Settings, message: Message): Promise<SendResult> {
  const { smtpHost, smtpPort, security, username, password } = settings;
  const transport = createTransport({
    host: smtpHost,
    port: smtpPort,
    secure: security === 'tls',
    requireTLS: security === 'starttls',
    ignoreTLS: security === 'none',
    ...(username === '' ? {} : { auth: { user: username, pass: password } }),
    connectionTimeout: SEND_TIMEOUT_MS,
    greetingTimeout: SEND_TIMEOUT_MS,
    socketTimeout: SEND_TIMEOUT_MS,
  });
  try {
    const { response } = await transport.sendMail({ from: settings.from, to: settings.to, ...renderEmail(message) });
    return { kind: 'accepted', answer: shorten(response, ANSWER_CHARS) };
  } catch (error) {
    return failureOf(error as Error & { code?: string; responseCode?: number });
  } finally {
    transport.close();
  }
}

/** SMTP's 5xx, a refused sign-in and a message that cannot be sent at all are final (RFC 5321 4.2.1); the rest may pass. */
function failureOf({ message, code, responseCode }: Error & { code?: string; responseCode?: number }): SendResult {
  const error = shorten(message, ANSWER_CHARS);
  const refused = (responseCode !== undefined && responseCode >= 500) || code === 'EAUTH' || code === 'EENVELOPE';
  return refused && !(responseCode !== undefined && responseCode < 500)
    ? { kind: 'refused', error }
    : { kind: 'again', error, afterMs: null };
}

export function renderEmail(message: Message): Pick<SendMailOptions, 'subject' | 'text' | 'html' | 'headers' | 'references' | 'inReplyTo'> {
  const subject = shorten(titleOf(message).replace(/\s+/g, ' '), SUBJECT_CHARS);
  const shown = message.alerts.slice(0, ALERTS_SHOWN);
  const left = message.alerts.length - shown.length;
  const { sampleAt, evaluatedAt, dispatchedAt } = timesOf(message);
  const times = [`Sample: ${sampleAt}`, `Evaluated: ${evaluatedAt}`, `Sent: ${dispatchedAt}`];
  const more = left > 0 ? [`and ${left} more: ${alertsUrl(message)}`] : [];
  const thread = `<${createHash('sha256').update(`${message.receiverId}\n${message.groupKey}`).digest('hex').slice(0, 32)}@tidemark>`;
  return {
    subject,
    references: thread,
    inReplyTo: thread,
    headers: { 'X-Tidemark-Sample-At': sampleAt, 'X-Tidemark-Evaluated-At': evaluatedAt, 'X-Tidemark-Dispatched-At': dispatchedAt },
    text: [subject, '', ...shown.flatMap((alert) => textOf(message, alert)), ...more, ...times].join('\n'),
    html: htmlOf(message, subject, shown, [...more, ...times]),
  };
}

function textOf(message: Message, alert: LedgerAlert): string[] {
  return [
    `${alert.status === 'firing' ? 'FIRING' : 'RESOLVED'}  ${summaryOf(alert)}`,
    ...linesOf(alert).map(([name, value]) => `  ${name}: ${value}`),
    `  ${ruleUrl(message, alert)}`,
    '',
  ];
}

/** What is told of an alert beside its summary. */
function linesOf({ annotations, labels, value, startsAtMs, endsAtMs }: LedgerAlert): [string, string][] {
  const { summary: _, ...others } = annotations;
  return [
    ...Object.entries(others),
    ...Object.entries(labels),
    ['value', String(value)],
    ['since', isoTime(startsAtMs)],
    ...(endsAtMs === null ? [] : ([['until', isoTime(endsAtMs)]] as [string, string][])),
  ];
}

function htmlOf(message: Message, subject: string, shown: readonly LedgerAlert[], ending: readonly string[]): string {
  const alerts = shown.map((alert) => {
    const colour = alert.status === 'firing' ? '#d63232' : '#2e9e5b';
    const rows = linesOf(alert).map(
      ([name, value]) => `<tr><td style="color:#667;padding-right:12px">${html(name)}</td><td>${html(value)}</td></tr>`,
    );
    return `<div style="border-left:4px solid ${colour};padding:4px 12px;margin:12px 0">
<p style="margin:0 0 6px"><a href="${html(ruleUrl(message, alert))}" style="color:${colour};font-weight:bold">${html(summaryOf(alert))}</a></p>
<table style="font-size:13px;border-collapse:collapse">${rows.join('')}</table></div>`;
  });
  return `<!doctype html><html><body style="font-family:sans-serif;color:#223">
<h2 style="font-size:18px"><a href="${html(alertsUrl(message))}" style="color:#223">${html(subject)}</a></h2>
${alerts.join('\n')}
<p style="font-size:12px;color:#667">${ending.map(html).join('<br>')}</p></body></html>`;
}

function html(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}
