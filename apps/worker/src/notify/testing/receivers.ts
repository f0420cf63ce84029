import type { PagerDutyEvent } from '../pagerduty.ts';
import type { SlackMessage } from '../slack.ts';
import type { renderWebhook } from '../webhook.ts';
import { type HttpReceiver, startHttpReceiver } from './http-receiver.ts';
import { pagerDutyViolations } from './pagerduty-rules.ts';
import { slackViolations } from './slack-rules.ts';

/** Servers that take what the real ones take, answer as they answer, and note what breaks their published rules. */
export type WebhookPayload = ReturnType<typeof renderWebhook>;

/** `url` is the incoming webhook's. */
export function startSlackReceiver(port = 0): Promise<HttpReceiver<SlackMessage>> {
  return startHttpReceiver<SlackMessage>(
    {
      path: '/services/T00000000/B00000000/XXXXXXXXXXXXXXXXXXXXXXXX',
      check: slackViolations,
      accepted: () => ({ status: 200, body: 'ok' }),
      refused: () => ({ status: 400, body: 'invalid_payload' }),
    },
    port,
  );
}

/** `url` is the receiver's `eventsUrl`; any routing key of 32 characters is good. */
export function startPagerDutyReceiver(port = 0): Promise<HttpReceiver<PagerDutyEvent>> {
  return startHttpReceiver<PagerDutyEvent>(
    {
      path: '/v2/enqueue',
      check: pagerDutyViolations,
      accepted: ({ dedup_key }) => ({ status: 202, body: JSON.stringify({ status: 'success', message: 'Event processed', dedup_key }) }),
      refused: (errors) => ({ status: 400, body: JSON.stringify({ status: 'invalid event', message: 'Event object is invalid', errors }) }),
    },
    port,
  );
}

/** Anything that takes Alertmanager's webhook. */
export function startWebhookReceiver(port = 0): Promise<HttpReceiver<WebhookPayload>> {
  return startHttpReceiver<WebhookPayload>(
    {
      path: '/hook',
      check: ({ version, alerts }) => (version === '4' && alerts.length > 0 ? [] : ['no payload of version 4 with alerts']),
      accepted: () => ({ status: 200, body: '{}' }),
      refused: () => ({ status: 400, body: '' }),
    },
    port,
  );
}
