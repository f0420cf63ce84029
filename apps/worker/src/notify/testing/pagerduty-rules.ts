import { isObject, unknownFields } from './json-shape.ts';

/** PagerDuty's published rules for Events API v2: developer.pagerduty.com, "Send an alert event", PD-CEF. */
const EVENT_FIELDS = ['routing_key', 'event_action', 'dedup_key', 'payload', 'images', 'links', 'client', 'client_url'];
const PAYLOAD_FIELDS = ['summary', 'source', 'severity', 'timestamp', 'component', 'group', 'class', 'custom_details'];
const SEVERITIES = ['critical', 'error', 'warning', 'info'];
const EVENT_BYTES = 512 * 1024;

export function pagerDutyViolations(body: unknown): string[] {
  if (!isObject(body)) return ['the event is no object'];
  const found = unknownFields('event', body, EVENT_FIELDS);
  const { routing_key: key, event_action: action, dedup_key: dedup, payload, links = [] } = body;
  if (typeof key !== 'string' || !/^[0-9a-zA-Z]{32}$/.test(key))
    found.push("'routing_key' must be a valid integration key of 32 characters");
  if (!['trigger', 'acknowledge', 'resolve'].includes(String(action))) found.push(`'event_action' is ${action}`);
  if (dedup !== undefined && (typeof dedup !== 'string' || dedup === '' || dedup.length > 255))
    found.push("'dedup_key' has at most 255 characters");
  if (action !== 'trigger' && dedup === undefined) found.push(`'dedup_key' is needed to ${action}`);
  if (action === 'trigger' && payload === undefined) found.push("'payload' is missing or blank");
  if (payload !== undefined) found.push(...payloadViolations(payload));
  if (!Array.isArray(links)) found.push("'links' is no list");
  else if (!links.every((link) => isObject(link) && URL.canParse(String(link.href)))) found.push("each link needs a 'href'");
  if (body.client_url !== undefined && !URL.canParse(String(body.client_url))) found.push("'client_url' is no URL");
  if (Buffer.byteLength(JSON.stringify(body)) > EVENT_BYTES) found.push('the event is larger than 512 KB');
  return found;
}

function payloadViolations(payload: unknown): string[] {
  if (!isObject(payload)) return ["'payload' is no object"];
  const found = unknownFields('payload', payload, PAYLOAD_FIELDS);
  const { summary, source, severity, timestamp, custom_details: details } = payload;
  if (typeof summary !== 'string' || summary === '' || summary.length > 1024) found.push("'payload.summary' has 1 to 1024 characters");
  if (typeof source !== 'string' || source === '') found.push("'payload.source' is missing or blank");
  if (!SEVERITIES.includes(String(severity))) found.push(`'payload.severity' is ${severity}`);
  if (timestamp !== undefined && !/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:?\d\d)$/.test(String(timestamp))) {
    found.push("'payload.timestamp' is not ISO 8601");
  }
  if (details !== undefined && !isObject(details)) found.push("'payload.custom_details' is no object");
  return found;
}
