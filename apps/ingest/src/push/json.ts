/** `POST /api/v1/push`: samples as JSON; docs/push.md describes it. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import type { Clock } from '@tidemark/base';
import { readBody, sendJson } from '@tidemark/base/http';
import { decodeJsonPush } from '../decode/json-push.ts';
import { JSON_BYTES_MAX, REQUEST_BYTES_MAX } from '../limits.ts';
import type { Publisher } from '../publish/publisher.ts';
import { SeriesNumbers } from '../publish/series-numbers.ts';
import type { PushMetrics } from './metrics.ts';
import { takeIn } from './take-in.ts';
import { tenantOf } from './tenant.ts';

export class JsonPushEndpoint {
  readonly #publisher: Publisher;
  readonly #clock: Clock;
  readonly #metrics: PushMetrics;
  readonly #series = new SeriesNumbers();

  constructor(publisher: Publisher, clock: Clock, metrics: PushMetrics) {
    this.#publisher = publisher;
    this.#clock = clock;
    this.#metrics = metrics;
  }

  async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const beganMs = this.#clock.monotonicMs();
    await this.#answer(request, response);
    this.#metrics.protocol('json').answered(response.statusCode, this.#clock.monotonicMs() - beganMs);
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const tenant = tenantOf(request);
    if (tenant === null) return sendJson(response, 400, { error: 'X-Scope-OrgID is no valid tenant name' });
    const body = await readBody(request, REQUEST_BYTES_MAX);
    if (body.kind === 'aborted') return;
    if (body.kind === 'too_large') return sendJson(response, 400, { error: `the request is larger than ${body.limitBytes} bytes` });
    const text = await textOf(body.bytes, request.headers['content-encoding'] ?? 'identity');
    if (text.kind === 'unsupported') return sendJson(response, 415, { error: 'Content-Encoding must be gzip or identity' });
    if (text.kind === 'broken') return sendJson(response, 400, { error: text.reason });
    const decoded = decodeJsonPush(text.text, this.#clock.now(), this.#series);
    if (decoded.kind === 'malformed') return sendJson(response, 400, { error: decoded.reason });

    const taken = await takeIn(tenant, decoded, this.#publisher, this.#metrics);
    switch (taken.kind) {
      case 'refused':
        response.setHeader('Retry-After', Math.max(1, Math.ceil(taken.retryAfterMs / 1000)));
        return sendJson(response, taken.status, { error: taken.reason });
      case 'partly':
        return sendJson(response, 400, { error: taken.reason, written: taken.samples, refused: taken.refusedSamples });
      case 'written':
        return sendJson(response, 200, { written: taken.samples });
    }
  }
}

type TextResult =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'unsupported' }
  | { readonly kind: 'broken'; readonly reason: string };

async function textOf(bytes: Buffer, encoding: string): Promise<TextResult> {
  if (encoding === 'identity') return decodeUtf8(bytes);
  if (encoding !== 'gzip') return { kind: 'unsupported' };
  try {
    return decodeUtf8(await promisify(gunzip)(bytes, { maxOutputLength: JSON_BYTES_MAX }));
  } catch (error) {
    const isTooLarge = (error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE';
    return {
      kind: 'broken',
      reason: isTooLarge ? `the request is larger than ${JSON_BYTES_MAX} bytes decompressed` : 'the gzip stream is broken',
    };
  }
}

function decodeUtf8(bytes: Buffer): TextResult {
  try {
    return { kind: 'text', text: new TextDecoder('utf-8', { fatal: true }).decode(bytes) };
  } catch {
    return { kind: 'broken', reason: 'the body is not UTF-8' };
  }
}
