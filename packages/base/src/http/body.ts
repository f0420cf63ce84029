import type { IncomingMessage } from 'node:http';

export type BodyResult =
  | { readonly kind: 'body'; readonly bytes: Buffer }
  | { readonly kind: 'too_large'; readonly limitBytes: number }
  /** The client went away in the middle. */
  | { readonly kind: 'aborted' };

/** The request's whole body as sent (not decompressed), never more than `limitBytes` in memory. */
export async function readBody(request: IncomingMessage, limitBytes: number): Promise<BodyResult> {
  if (Number(request.headers['content-length'] ?? 0) > limitBytes) {
    request.resume();
    return { kind: 'too_large', limitBytes };
  }
  const chunks: Buffer[] = [];
  let length = 0;
  try {
    for await (const chunk of request as AsyncIterable<Buffer>) {
      length += chunk.length;
      if (length > limitBytes) return { kind: 'too_large', limitBytes };
      chunks.push(chunk);
    }
  } catch {
    return { kind: 'aborted' };
  }
  return { kind: 'body', bytes: chunks.length === 1 ? chunks[0] : Buffer.concat(chunks, length) };
}
