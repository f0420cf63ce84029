export type { Answer, HttpReceiver, Received } from './http-receiver.ts';
export { startPagerDutyReceiver, startSlackReceiver, startWebhookReceiver, type WebhookPayload } from './receivers.ts';
export { type ReceivedMail, type SmtpReceiver, startSmtpReceiver } from './smtp-receiver.ts';
