import type { Prng } from '@tidemark/base';
import { RETRY_AFTER_MAX_MS, RETRY_FIRST_MS, RETRY_MAX_MS } from './limits.ts';

/** The wait after the `attempts`-th attempt failed: doubling, jittered over its upper half, never less than the receiver asked for. */
export function backOffMs(attempts: number, askedMs: number | null, random: Prng): number {
  const fullMs = Math.min(RETRY_MAX_MS, RETRY_FIRST_MS * 2 ** Math.min(attempts - 1, 30));
  const jitteredMs = Math.round(fullMs * (0.5 + random.next() / 2));
  return Math.max(jitteredMs, Math.min(askedMs ?? 0, RETRY_AFTER_MAX_MS));
}
