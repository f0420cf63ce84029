import type { Clock } from '@tidemark/base';
import type { ReceiverSettings } from '@tidemark/rpc';
import { sendByEmail } from './email.ts';
import type { Message } from './message.ts';
import { sendToPagerDuty } from './pagerduty.ts';
import type { SendResult } from './send-result.ts';
import { sendToSlack } from './slack.ts';
import { sendToWebhook } from './webhook.ts';

/** One attempt, over whatever the receiver is. */
export type Send = (settings: ReceiverSettings, message: Message) => Promise<SendResult>;

export function createSend(clock: Clock): Send {
  return (settings, message) => {
    switch (settings.kind) {
      case 'slack':
        return sendToSlack(settings, message, clock);
      case 'pagerduty':
        return sendToPagerDuty(settings, message, clock);
      case 'email':
        return sendByEmail(settings, message);
      case 'webhook':
        return sendToWebhook(settings, message, clock);
    }
  };
}
