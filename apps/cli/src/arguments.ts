import { parseDurationMs } from '@tidemark/base';
import { isTenantName } from '@tidemark/tsdb/model';
import { InvalidArgumentError } from 'commander';

/** What people write on the command line. Each throws commander's error, which names the argument. */
export function urlArgument(text: string): string {
  if (!URL.canParse(text) || !/^https?:$/.test(new URL(text).protocol))
    throw new InvalidArgumentError('an http:// or https:// address is wanted.');
  return text;
}

/** Seconds since the epoch, RFC 3339, or a duration back from now: 36h. */
export function timeArgument(nowMs: number): (text: string) => number {
  return (text) => {
    if (/^\d+(\.\d+)?$/.test(text)) return Math.round(Number(text) * 1000);
    if (text === 'now') return nowMs;
    const agoMs = parseDurationMs(text);
    if (agoMs !== null) return nowMs - agoMs;
    const timeMs = /^\d{4}-\d\d-\d\d(T.*)?$/.test(text) ? Date.parse(text) : Number.NaN;
    if (Number.isNaN(timeMs))
      throw new InvalidArgumentError('a time is wanted: 2026-01-31T12:00:00Z, seconds since 1970, or how long ago (30d).');
    return timeMs;
  };
}

export function durationArgument(text: string): number {
  const ms = parseDurationMs(text);
  if (ms === null) throw new InvalidArgumentError('a duration is wanted, as 12h or 30d.');
  return ms;
}

export function tenantArgument(text: string): string {
  if (!isTenantName(text)) throw new InvalidArgumentError('a tenant has letters, digits and -_. in its name.');
  return text;
}

/** The query API listens one port above ingest when nothing else is said. */
export function queryUrlBeside(ingestUrl: string): string {
  const url = new URL(ingestUrl);
  const port = Number(url.port || (url.protocol === 'https:' ? 443 : 80));
  url.port = String(port + 1);
  return url.href;
}
