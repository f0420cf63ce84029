import { type ReceiverKind, type ReceiverSettings, SECRET_KEPT } from '@tidemark/rpc';

/** Which settings never leave the server. A Slack webhook's URL is all that is needed to post. */
const SECRETS: Readonly<Record<ReceiverKind, string>> = {
  slack: 'webhookUrl',
  pagerduty: 'routingKey',
  email: 'password',
  webhook: 'bearerToken',
};

export function maskSecret(settings: ReceiverSettings): ReceiverSettings {
  const secret = SECRETS[settings.kind];
  return secretOf(settings, secret) === '' ? settings : ({ ...settings, [secret]: SECRET_KEPT } as ReceiverSettings);
}

/** Puts the stored secret back where `settings` says that it stays. Null when there is none to put back. */
export function fillSecret(settings: ReceiverSettings, stored: ReceiverSettings | null): ReceiverSettings | null {
  const secret = SECRETS[settings.kind];
  if (secretOf(settings, secret) !== SECRET_KEPT) return settings;
  if (stored === null || stored.kind !== settings.kind) return null;
  return { ...settings, [secret]: secretOf(stored, secret) } as ReceiverSettings;
}

function secretOf(settings: ReceiverSettings, name: string): unknown {
  return (settings as unknown as Record<string, unknown>)[name];
}
