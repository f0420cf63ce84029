/** The range, live mode and zone in the address: `?from=now-15m&to=now&live=1&tz=utc`. Absolute instants are epoch milliseconds. */
import type { Zone } from './civil.ts';
import { DEFAULT_RANGE, followsNow, resolveInstant, type TimeRange } from './range.ts';

export interface TimeView {
  readonly range: TimeRange;
  readonly live: boolean;
  /** Null: as the reader prefers. */
  readonly zone: Zone | null;
}

export function readTimeView(params: URLSearchParams): TimeView {
  const range = readRange(params.get('from'), params.get('to'));
  const zone = params.get('tz');
  return {
    range,
    live: params.get('live') !== '0' && followsNow(range),
    zone: zone === 'utc' || zone === 'local' ? zone : null,
  };
}

/** Changes only its own parameters. */
export function writeTimeView(params: URLSearchParams, view: TimeView): URLSearchParams {
  const next = new URLSearchParams(params);
  const { range } = view;
  next.set('from', range.kind === 'relative' ? range.from : String(range.fromMs));
  next.set('to', range.kind === 'relative' ? range.to : String(range.toMs));
  if (followsNow(range)) next.set('live', view.live ? '1' : '0');
  else next.delete('live');
  if (view.zone === null) next.delete('tz');
  else next.set('tz', view.zone);
  return next;
}

function readRange(from: string | null, to: string | null): TimeRange {
  if (from === null || to === null) return DEFAULT_RANGE;
  if (/^\d{1,15}$/.test(from) && /^\d{1,15}$/.test(to)) {
    const [fromMs, toMs] = [Number(from), Number(to)];
    return fromMs < toMs ? { kind: 'absolute', fromMs, toMs } : DEFAULT_RANGE;
  }
  const known = (text: string) => resolveInstant(text, 0, 'UTC') !== null;
  return known(from) && known(to) ? { kind: 'relative', from, to } : DEFAULT_RANGE;
}
