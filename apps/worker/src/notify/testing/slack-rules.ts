import { isObject, unknownFields } from './json-shape.ts';

/**
 * Slack's published rules for what an incoming webhook takes: docs.slack.dev, "Sending messages using incoming
 * webhooks", "Secondary message attachments", "Formatting message text", "Truncating content" in `chat.postMessage`.
 */
const MESSAGE_FIELDS = [
  'text',
  'attachments',
  'blocks',
  'channel',
  'username',
  'icon_emoji',
  'icon_url',
  'mrkdwn',
  'thread_ts',
  'unfurl_links',
];
const ATTACHMENT_FIELDS = [
  ...['actions', 'author_icon', 'author_link', 'author_name', 'blocks', 'callback_id', 'color', 'fallback', 'fields', 'footer'],
  ...['footer_icon', 'image_url', 'mrkdwn_in', 'pretext', 'text', 'thumb_url', 'title', 'title_link', 'ts'],
];
/** Slack cuts a message's text beyond this; an attachment's we hold to the same. */
const TEXT_CHARS = 40_000;
const ATTACHMENTS = 100;
const BLOCKS = 50;

export function slackViolations(body: unknown): string[] {
  if (!isObject(body)) return ['the payload is no object'];
  const found = unknownFields('message', body, MESSAGE_FIELDS);
  const { text, attachments = [], blocks = [], channel } = body;
  if (!Array.isArray(attachments) || !Array.isArray(blocks)) return [...found, 'attachments and blocks are lists'];
  if (text !== undefined) found.push(...textViolations('text', text));
  if ((text === undefined || text === '') && attachments.length === 0 && blocks.length === 0) found.push('no_text');
  if (attachments.length > ATTACHMENTS) found.push(`too_many_attachments: ${attachments.length}`);
  if (blocks.length > BLOCKS) found.push(`more than ${BLOCKS} blocks`);
  if (channel !== undefined && (typeof channel !== 'string' || channel === '')) found.push('channel is a name');
  attachments.forEach((attachment, i) => {
    found.push(...attachmentViolations(`attachments[${i}]`, attachment));
  });
  return found;
}

function attachmentViolations(where: string, attachment: unknown): string[] {
  if (!isObject(attachment)) return [`${where} is no object`];
  const found = unknownFields(where, attachment, ATTACHMENT_FIELDS);
  const { color, fallback, text, title, title_link: link, ts, mrkdwn_in: markdown, footer } = attachment;
  if (fallback === undefined && text === undefined && attachment.blocks === undefined) found.push(`${where}: needs fallback or text`);
  for (const [name, value] of Object.entries({ fallback, text, title })) {
    if (value !== undefined) found.push(...textViolations(`${where}.${name}`, value));
  }
  if (color !== undefined && !/^(good|warning|danger|#[0-9a-fA-F]{6})$/.test(String(color))) found.push(`${where}.color: ${color}`);
  if (link !== undefined && !URL.canParse(String(link))) found.push(`${where}.title_link is no URL`);
  if (ts !== undefined && (!Number.isInteger(ts) || Number(ts) > 1e11)) found.push(`${where}.ts is not in whole seconds`);
  if (footer !== undefined && String(footer).length > 300) found.push(`${where}.footer is longer than 300 characters`);
  if (markdown !== undefined && !(Array.isArray(markdown) && markdown.every((name) => ['pretext', 'text', 'fields'].includes(name)))) {
    found.push(`${where}.mrkdwn_in`);
  }
  return found;
}

function textViolations(where: string, text: unknown): string[] {
  if (typeof text !== 'string') return [`${where} is no text`];
  const found = text.length > TEXT_CHARS ? [`${where} is longer than ${TEXT_CHARS} characters`] : [];
  if (/&(?!amp;|lt;|gt;)/.test(text)) found.push(`${where}: "&" is not escaped`);
  // Angle brackets stand for links and mentions only.
  if (/[<>]/.test(text.replace(/<(https?:\/\/[^<>|]+|[@#!][^<>|]+)(\|[^<>]*)?>/g, ''))) found.push(`${where}: "<" or ">" is not escaped`);
  return found;
}
