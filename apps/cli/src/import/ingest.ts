import type { Clock } from '@tidemark/base';
import { snappyCompress } from '@tidemark/base/wire';
import { CommandFailure } from '../failure.ts';
import { ANSWER_MS_MAX, PATIENCE_MS, RETRY_MS_MAX, RETRY_MS_MIN } from '../limits.ts';

export interface Written {
  readonly samples: number;
  /** Why some series were not taken, the first one named; null when all were. */
  readonly refused: string | null;
}

/** The door of a running Tidemark. A request is repeated until it is answered: equal samples are stored once. */
export class IngestClient {
  readonly #url: string;
  readonly #tenant: string;
  readonly #clock: Clock;
  readonly #signal: AbortSignal;

  constructor(url: string, tenant: string, clock: Clock, signal: AbortSignal) {
    this.#url = new URL('api/v1/write', url.endsWith('/') ? url : `${url}/`).href;
    this.#tenant = tenant;
    this.#clock = clock;
    this.#signal = signal;
  }

  /** Resolves once it is durable. */
  async write(request: Uint8Array): Promise<Written> {
    const body = snappyCompress(request);
    const giveUpMs = this.#clock.monotonicMs() + PATIENCE_MS;
    for (let waitMs = RETRY_MS_MIN; ; waitMs = Math.min(2 * waitMs, RETRY_MS_MAX)) {
      const answer = await this.#send(body);
      if (answer.kind === 'written') return answer;
      if (answer.kind === 'refused') throw new CommandFailure(`${this.#url} refuses what it is sent: ${answer.reason}`);
      if (this.#clock.monotonicMs() > giveUpMs) throw new CommandFailure(`${this.#url} does not take anything: ${answer.reason}`);
      await this.#clock.sleep(Math.max(waitMs, answer.afterMs), this.#signal);
      this.#signal.throwIfAborted();
    }
  }

  async #send(body: Uint8Array<ArrayBuffer> | Buffer): Promise<Answer> {
    try {
      const response = await fetch(this.#url, {
        method: 'POST',
        headers: {
          'Content-Type': 'application/x-protobuf;proto=io.prometheus.write.v2.Request',
          'Content-Encoding': 'snappy',
          'X-Prometheus-Remote-Write-Version': '2.0.0',
          'X-Scope-OrgID': this.#tenant,
          'User-Agent': 'tidemark-import',
        },
        body: body as Uint8Array<ArrayBuffer>,
        signal: AbortSignal.timeout(ANSWER_MS_MAX),
      });
      const text = (await response.text()).trim();
      const samples = Number(response.headers.get('X-Prometheus-Remote-Write-Samples-Written') ?? Number.NaN);
      if (response.ok) return { kind: 'written', samples, refused: null };
      const reason = `${response.status} ${text}`;
      if (response.status === 429 || response.status >= 500)
        return { kind: 'later', reason, afterMs: 1000 * Number(response.headers.get('Retry-After') ?? 0) };
      // Some series are not valid; the others are durable. Who does not say how many is no Tidemark.
      return response.status === 400 && samples >= 0 ? { kind: 'written', samples, refused: text } : { kind: 'refused', reason };
    } catch (error) {
      return { kind: 'later', reason: reasonOf(error), afterMs: 0 };
    }
  }
}

type Answer =
  | ({ readonly kind: 'written' } & Written)
  | { readonly kind: 'later'; readonly reason: string; readonly afterMs: number }
  | { readonly kind: 'refused'; readonly reason: string };

/** `fetch` hides what happened behind "fetch failed". */
export function reasonOf(error: unknown): string {
  const { cause, message } = error as Error & { cause?: NodeJS.ErrnoException };
  return cause?.code ?? cause?.message ?? message;
}
