/** What every push protocol does with a decoded request: publish the good series, count the rest, find the answer. */
import type { ServerResponse } from 'node:http';
import { sendText } from '@tidemark/base/http';
import type { DecodedSamples } from '../decode/incoming-columns.ts';
import type { Publisher } from '../publish/publisher.ts';
import type { PushMetrics } from './metrics.ts';

/** What is durable. */
export interface Written {
  /** Numbers. */
  readonly samples: number;
  readonly histograms: number;
  readonly exemplars: number;
}

export type TakenIn =
  | ({ readonly kind: 'written' } & Written)
  /** The good series are durable, these were not valid. */
  | ({ readonly kind: 'partly'; readonly refusedSamples: number; readonly reason: string } & Written)
  | { readonly kind: 'refused'; readonly status: 429 | 503; readonly reason: string; readonly retryAfterMs: number };

export async function takeIn(tenant: string, decoded: DecodedSamples, publisher: Publisher, metrics: PushMetrics): Promise<TakenIn> {
  const { batch, refused } = decoded;
  const published = await publisher.publish({ tenant, ...batch });
  if (published.kind === 'refused') return published;
  const exemplars = batch.exemplars?.length ?? 0;
  metrics.dropped.exemplar.count += decoded.exemplars - exemplars;
  metrics.dropped.invalid_series.count += refused?.samples ?? 0;
  const { histograms } = decoded;
  const written = { samples: batch.numbers.length - histograms, histograms, exemplars };
  if (refused === null) return { kind: 'written', ...written };
  return { kind: 'partly', ...written, refusedSamples: refused.samples, reason: reasonOf(refused.series, refused.firstReason) };
}

export function sendRetryLater(response: ServerResponse, { status, reason, retryAfterMs }: TakenIn & { kind: 'refused' }): void {
  response.setHeader('Retry-After', Math.max(1, Math.ceil(retryAfterMs / 1000)));
  sendText(response, status, `${reason}\n`);
}

function reasonOf(series: number, firstReason: string): string {
  const shown = firstReason.length <= REASON_LENGTH_MAX ? firstReason : `${firstReason.slice(0, REASON_LENGTH_MAX)}…`;
  return series === 1 ? shown : `${shown} (and ${series - 1} more series)`;
}

/** A line of a sender's log. */
const REASON_LENGTH_MAX = 2_000;
