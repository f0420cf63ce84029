/**
 * How many samples wait for the log, of all and of each tenant, in memory that this process's threads share: the room, and a tenant's
 * part of it, are the same whichever thread a sender has come to.
 *
 *   counts  Int32   [0] all   [1 … TENANT_PLACES] by a hash of the tenant's name
 *
 * Two tenants in one place count as one: each is told earlier that it is too fast. Threads look and then add, so that each may
 * exceed the room by a request.
 */
import { assert } from '@tidemark/base';
import { RETRY_AFTER_MS, TENANT_PLACES, WAITING_SAMPLES_MAX } from '../limits.ts';
import type { PublishResult } from './publisher.ts';

export class WaitingRoom {
  /** Hand it to another thread, and make its `WaitingRoom` of it. */
  readonly memory: SharedArrayBuffer;
  readonly #counts: Int32Array;
  readonly #samplesMax: number;

  constructor(memory = new SharedArrayBuffer(4 * (1 + TENANT_PLACES)), samplesMax = WAITING_SAMPLES_MAX) {
    this.memory = memory;
    this.#counts = new Int32Array(memory);
    this.#samplesMax = samplesMax;
  }

  /**
   * Where there is no room, all are told that the system is too slow: 503. Where others wait, too, who holds half of the room is
   * told that it is too fast: 429. Who is alone may fill the room, for Prometheus drops what is answered with 429 unless told otherwise.
   */
  refusal(tenant: string, samples: number): PublishResult | null {
    const all = Atomics.load(this.#counts, 0);
    const own = Atomics.load(this.#counts, placeOf(tenant));
    if (own > 0 && own < all && own + samples > this.#samplesMax / 2) {
      const reason = `${own} samples of the tenant ${tenant} wait for the log already, and others wait, too: send slower`;
      return { kind: 'refused', status: 429, reason, retryAfterMs: RETRY_AFTER_MS };
    }
    if (all === 0 || all + samples <= this.#samplesMax) return null;
    const reason = `${all} samples wait for the log already: the disk is slower than what arrives`;
    return { kind: 'refused', status: 503, reason, retryAfterMs: RETRY_AFTER_MS };
  }

  enter(tenant: string, samples: number): void {
    Atomics.add(this.#counts, 0, samples);
    Atomics.add(this.#counts, placeOf(tenant), samples);
  }

  leave(tenant: string, samples: number): void {
    const before = Atomics.sub(this.#counts, placeOf(tenant), samples);
    assert(before >= samples, 'who leaves has entered');
    Atomics.sub(this.#counts, 0, samples);
  }
}

/** FNV-1a. */
function placeOf(tenant: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < tenant.length; i++) hash = Math.imul(hash ^ tenant.charCodeAt(i), 0x01000193);
  return 1 + ((hash >>> 0) % TENANT_PLACES);
}
