import { formatDuration } from '@tidemark/base';
import type { Receiver, ReceiverDraft, ReceiverKind, ReceiverSettings } from '@tidemark/rpc';
import { parseDuration } from '../../form/duration.ts';
import { formatMatchers, parseMatchers } from '../../form/matchers.ts';

/**
 * A receiver while it is edited: text as it is typed. The fields of every kind are kept side by side, so that trying another
 * kind loses nothing; only those of `kind` are shown, checked and saved.
 */
export interface ReceiverForm {
  readonly name: string;
  readonly kind: ReceiverKind;
  readonly fields: Readonly<Record<FieldName, string>>;
  readonly matchers: string;
  readonly groupBy: string;
  readonly groupWait: string;
  readonly groupInterval: string;
  readonly repeatInterval: string;
  readonly sendResolved: boolean;
  readonly enabled: boolean;
}

export type FieldName = 'webhookUrl' | 'channel' | 'routingKey' | 'eventsUrl' | EmailField | 'url' | 'bearerToken';
type EmailField = 'to' | 'from' | 'smtpHost' | 'smtpPort' | 'security' | 'username' | 'password';

export interface ReceiverField {
  readonly name: FieldName;
  readonly label: string;
  readonly hint: string;
  readonly required: boolean;
  /** Comes back masked, and stays as it is when sent back so. */
  readonly secret: boolean;
  /** Not even shown while it is typed. An address has to be read to be checked. */
  readonly concealed: boolean;
  readonly options?: readonly { readonly value: string; readonly label: string }[];
}

export const RECEIVER_KINDS = [
  { value: 'slack', label: 'Slack' },
  { value: 'pagerduty', label: 'PagerDuty' },
  { value: 'email', label: 'E-mail' },
  { value: 'webhook', label: 'Webhook' },
] as const satisfies readonly { value: ReceiverKind; label: string }[];

const field = (name: FieldName, label: string, hint: string, rest: Partial<ReceiverField> = {}): ReceiverField => ({
  name,
  label,
  hint,
  required: true,
  secret: false,
  concealed: false,
  ...rest,
});

export const FIELDS: Readonly<Record<ReceiverKind, readonly ReceiverField[]>> = {
  slack: [
    field('webhookUrl', 'Incoming webhook', 'In Slack: Apps, Incoming Webhooks, Add to a channel. Starts with https://hooks.slack.com/.', {
      secret: true,
    }),
    field('channel', 'Channel', 'Only for old webhooks that may choose; leave it empty otherwise.', { required: false }),
  ],
  pagerduty: [
    field('routingKey', 'Integration key', 'In PagerDuty: the service, Integrations, Events API v2.', { secret: true, concealed: true }),
    field('eventsUrl', 'Events address', 'Another one for the EU service region.'),
  ],
  email: [
    field('to', 'To', 'One or more addresses, separated by commas.'),
    field('from', 'From', 'The address that the server may send from.'),
    field('smtpHost', 'SMTP server', 'A host name or address.'),
    field('smtpPort', 'Port', '587 for STARTTLS, 465 for TLS.'),
    field('security', 'Security', 'How the connection is protected.', {
      options: [
        { value: 'starttls', label: 'STARTTLS' },
        { value: 'tls', label: 'TLS' },
        { value: 'none', label: 'None' },
      ],
    }),
    field('username', 'User', 'Empty: no sign-in.', { required: false }),
    field('password', 'Password', '', { required: false, secret: true, concealed: true }),
  ],
  webhook: [
    field('url', 'Address', 'Gets a POST with Alertmanager’s JSON.'),
    field('bearerToken', 'Bearer token', 'Sent as Authorization; empty: none.', { required: false, secret: true, concealed: true }),
  ],
};

export const emptyReceiverForm: ReceiverForm = {
  name: '',
  kind: 'slack',
  fields: {
    webhookUrl: '',
    channel: '',
    routingKey: '',
    eventsUrl: 'https://events.pagerduty.com/v2/enqueue',
    to: '',
    from: '',
    smtpHost: '',
    smtpPort: '587',
    security: 'starttls',
    username: '',
    password: '',
    url: '',
    bearerToken: '',
  },
  matchers: '',
  groupBy: 'alertname',
  groupWait: '0s',
  groupInterval: '1m',
  repeatInterval: '4h',
  sendResolved: true,
  enabled: true,
};

export function receiverFormOf(receiver: Receiver): ReceiverForm {
  const { kind, ...settings } = receiver.settings;
  const entries = Object.entries(settings).map(([name, value]) => [name, Array.isArray(value) ? value.join(', ') : String(value)]);
  return {
    name: receiver.name,
    kind,
    fields: { ...emptyReceiverForm.fields, ...Object.fromEntries(entries) },
    matchers: formatMatchers(receiver.matchers),
    groupBy: receiver.groupBy.join(', '),
    groupWait: formatDuration(receiver.groupWaitMs),
    groupInterval: formatDuration(receiver.groupIntervalMs),
    repeatInterval: formatDuration(receiver.repeatIntervalMs),
    sendResolved: receiver.sendResolved,
    enabled: receiver.enabled,
  };
}

export type ReceiverFormProblems = Readonly<Partial<Record<FieldName | Exclude<keyof ReceiverForm, 'fields'>, string>>>;

/** `saved` is what the form began with: a secret that was kept is a mask, and is not looked at. */
export function receiverProblems(form: ReceiverForm, saved: ReceiverForm = emptyReceiverForm): ReceiverFormProblems {
  const problems: Partial<Record<keyof ReceiverFormProblems, string>> = {};
  if (form.name.trim() === '') problems.name = 'A receiver needs a name.';
  for (const { name, required, secret, label } of FIELDS[form.kind]) {
    const value = form.fields[name].trim();
    const kept = secret && value === saved.fields[name].trim();
    const problem = value === '' ? (required ? `${label} is needed.` : null) : kept ? null : fieldProblem(name, value);
    if (problem !== null) problems[name] = problem;
  }
  const matchers = parseMatchers(form.matchers);
  if (matchers.kind === 'problem') problems.matchers = matchers.message;
  for (const name of ['groupWait', 'groupInterval', 'repeatInterval'] as const) {
    const ms = parseDuration(form[name]);
    if (ms === null) problems[name] = 'A duration like 30s, 5m or 4h.';
    else if (name === 'repeatInterval' && ms < REPEAT_MIN_MS) problems[name] = 'At least 1m.';
  }
  return problems;
}

/** As the server has it: oftener would be noise. */
const REPEAT_MIN_MS = 60_000;

/** Only for a form without problems. `base` gives identity and version. */
export function receiverDraftOf(
  form: ReceiverForm,
  base: { readonly id: string; readonly version: number } = { id: '', version: 0 },
): ReceiverDraft {
  const matchers = parseMatchers(form.matchers);
  return {
    id: base.id,
    name: form.name.trim(),
    settings: settingsOf(form),
    matchers: matchers.kind === 'matchers' ? [...matchers.matchers] : [],
    groupBy: words(form.groupBy),
    groupWaitMs: parseDuration(form.groupWait) ?? 0,
    groupIntervalMs: parseDuration(form.groupInterval) ?? 0,
    repeatIntervalMs: parseDuration(form.repeatInterval) ?? 0,
    sendResolved: form.sendResolved,
    enabled: form.enabled,
    version: base.version,
  };
}

export function sameReceiver(a: ReceiverForm, b: ReceiverForm): boolean {
  return JSON.stringify(receiverDraftOf(a)) === JSON.stringify(receiverDraftOf(b));
}

function settingsOf({ kind, fields }: ReceiverForm): ReceiverSettings {
  const text = (name: FieldName) => fields[name].trim();
  switch (kind) {
    case 'slack':
      return { kind, webhookUrl: text('webhookUrl'), channel: text('channel') };
    case 'pagerduty':
      return { kind, routingKey: text('routingKey'), eventsUrl: text('eventsUrl') };
    case 'email':
      return {
        kind,
        to: words(fields.to),
        from: text('from'),
        smtpHost: text('smtpHost'),
        smtpPort: Number(fields.smtpPort),
        security: fields.security as 'starttls' | 'tls' | 'none',
        username: text('username'),
        password: fields.password,
      };
    case 'webhook':
      return { kind, url: text('url'), bearerToken: text('bearerToken') };
  }
}

function fieldProblem(name: FieldName, value: string): string | null {
  switch (name) {
    case 'webhookUrl':
    case 'eventsUrl':
    case 'url':
      return /^https?:\/\/[^\s/]+/.test(value) ? null : 'An address that starts with https:// or http://.';
    case 'to':
      return words(value).every(isAddress) ? null : 'Addresses like ops@example.com, separated by commas.';
    case 'from':
      return isAddress(value) ? null : 'An address like alerts@example.com.';
    case 'smtpPort':
      return /^\d{1,5}$/.test(value) && Number(value) >= 1 && Number(value) <= 65_535 ? null : 'A port between 1 and 65535.';
    default:
      return null;
  }
}

function isAddress(text: string): boolean {
  return /^[^\s@,]+@[^\s@,]+\.[^\s@,]+$/.test(text);
}

function words(text: string): string[] {
  return text.split(/[\s,]+/).filter(Boolean);
}
