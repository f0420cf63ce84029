import type { Clock } from '@tidemark/base';
import { ANSWER_BYTES, ANSWER_CHARS, SEND_TIMEOUT_MS } from './limits.ts';
import { shorten } from './message.ts';
import type { SendResult } from './send-result.ts';

/**
 * One POST of JSON. 2xx is accepted; 408, 429, 5xx and a failed connection may work later; any other answer, a
 * redirect included, will not.
 */
export async function postJson(url: string, body: unknown, headers: Readonly<Record<string, string>>, clock: Clock): Promise<SendResult> {
  let response: Response;
  let text: string;
  try {
    response = await fetch(url, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', 'User-Agent': 'Tidemark', ...headers },
      body: JSON.stringify(body),
      redirect: 'manual',
      signal: AbortSignal.timeout(SEND_TIMEOUT_MS),
    });
    text = await readStart(response);
  } catch (error) {
    return { kind: 'again', error: failureOf(error), afterMs: null };
  }
  const answer = shorten(`${response.status} ${text}`.trim(), ANSWER_CHARS);
  if (response.ok) return { kind: 'accepted', answer };
  if (response.status === 408 || response.status === 429 || response.status >= 500) {
    return { kind: 'again', error: answer, afterMs: retryAfterMs(response.headers.get('retry-after'), clock) };
  }
  return { kind: 'refused', error: answer };
}

/** Seconds, or an HTTP date (RFC 9110 10.2.3). Null when it says neither. */
export function retryAfterMs(header: string | null, clock: Clock): number | null {
  if (header === null) return null;
  const text = header.trim();
  if (/^\d+$/.test(text)) return Number(text) * 1000;
  const atMs = Date.parse(text);
  return Number.isNaN(atMs) ? null : Math.max(0, atMs - clock.now());
}

async function readStart(response: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of response.body ?? []) {
    chunks.push(chunk);
    bytes += chunk.length;
    if (bytes > ANSWER_BYTES) break;
  }
  return Buffer.concat(chunks).toString('utf8').trim();
}

/** `fetch failed` alone tells nobody anything: the reason is its cause. */
function failureOf(error: unknown): string {
  const { name, message, cause } = error as Error;
  if (name === 'TimeoutError') return `no answer within ${SEND_TIMEOUT_MS / 1000} s`;
  const { message: reason, code } = (cause ?? {}) as { message?: string; code?: string };
  return reason || code || message;
}
