import { z } from 'zod';
import type { SaveResult } from './dashboards.ts';

/** Stands for a secret that is stored: so it comes back, and sent back so it stays as it is. */
export const SECRET_KEPT = '••••••••';

const HttpUrl = z.url({ protocol: /^https?$/ }).max(2000);
const SecretUrl = z.union([HttpUrl, z.literal(SECRET_KEPT)]);

export const ReceiverSettings = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('slack'), webhookUrl: SecretUrl, channel: z.string().max(100).default('') }),
  /** `eventsUrl` for PagerDuty's other service regions. */
  z.object({
    kind: z.literal('pagerduty'),
    routingKey: z.string().min(1).max(100),
    eventsUrl: HttpUrl.default('https://events.pagerduty.com/v2/enqueue'),
  }),
  z.object({
    kind: z.literal('email'),
    to: z.array(z.email()).min(1).max(50),
    from: z.email(),
    smtpHost: z.string().min(1).max(253),
    smtpPort: z.number().int().min(1).max(65535).default(587),
    security: z.enum(['starttls', 'tls', 'none']).default('starttls'),
    username: z.string().max(200).default(''),
    password: z.string().max(200).default(''),
  }),
  z.object({ kind: z.literal('webhook'), url: HttpUrl, bearerToken: z.string().max(2000).default('') }),
]);
export type ReceiverSettings = z.infer<typeof ReceiverSettings>;
export type ReceiverKind = ReceiverSettings['kind'];

export const ReceiverDraft = z.object({
  /** Empty for a new receiver. */
  id: z.string().max(64).default(''),
  name: z.string().trim().min(1).max(200),
  /** Secrets come back as `SECRET_KEPT`; sent back so, they stay as they are. */
  settings: ReceiverSettings,
  /** Alerts whose labels satisfy all of these (`severity="page"`, `team=~"db|web"`); none: every alert. */
  matchers: z.array(z.string().max(1000)).max(20).default([]),
  /** Alerts that share these labels' values go out as one message. */
  groupBy: z.array(z.string().max(200)).max(20).default(['alertname']),
  groupWaitMs: z.number().int().min(0).default(0),
  groupIntervalMs: z.number().int().min(0).default(60_000),
  repeatIntervalMs: z
    .number()
    .int()
    .min(60_000)
    .default(4 * 3_600_000),
  sendResolved: z.boolean().default(true),
  enabled: z.boolean().default(true),
  version: z.number().int().min(0).default(0),
});
export type ReceiverDraft = z.infer<typeof ReceiverDraft>;

export interface Receiver extends ReceiverDraft {
  readonly updatedAtMs: number;
}

export type TestResult =
  | { readonly kind: 'delivered'; readonly elapsedMs: number; readonly answer: string }
  | { readonly kind: 'failed'; readonly message: string };

export interface ReceiverPort {
  list(tenant: string): Promise<readonly Receiver[]>;
  save(tenant: string, draft: ReceiverDraft): Promise<SaveResult<Receiver>>;
  remove(tenant: string, id: string): Promise<boolean>;
  /** Sends a message that says it is a test, firing and resolved where the receiver knows resolving. */
  test(tenant: string, draft: ReceiverDraft): Promise<TestResult>;
}
