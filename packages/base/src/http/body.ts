import type { IncomingMessage } from 'node:http';

export type BodyResult =
  | { readonly kind: 'body'; readonly bytes: Buffer }
  | { readonly kind: 'too_large'; readonly limitBytes: number }
  /** The client went away in the middle. */
  | { readonly kind: 'aborted' };

/** The request's whole body as sent (not decompressed), never more than `limitBytes` in memory. */
export function readBody(request: IncomingMessage, limitBytes: number): Promise<BodyResult> {
  if (Number(request.headers['content-length'] ?? 0) > limitBytes) {
    request.resume();
    return Promise.resolve({ kind: 'too_large', limitBytes });
  }
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let length = 0;
    request.on('data', (chunk: Buffer) => {
      length += chunk.length;
      if (length <= limitBytes) chunks.push(chunk);
      else resolve({ kind: 'too_large', limitBytes }); // What comes is read on and thrown away, so that the answer is.
    });
    request.on('end', () => resolve({ kind: 'body', bytes: oneOf(chunks, length) }));
    request.on('error', () => resolve({ kind: 'aborted' }));
    request.on('close', () => resolve({ kind: 'aborted' }));
  });
}

/**
 * Frees a body's memory now instead of when it is collected: nobody may look at it any more. Bodies are the most of what a busy
 * server allocates, outside of the heap, where the collector counts them as a reason to mark everything that is in it.
 */
export function releaseBody({ buffer, byteLength }: Buffer): void {
  if (buffer instanceof ArrayBuffer && byteLength === buffer.byteLength) buffer.transfer(0);
}

function oneOf(chunks: readonly Buffer[], length: number): Buffer {
  if (chunks.length === 1) return chunks[0];
  const bytes = Buffer.concat(chunks, length);
  for (const chunk of chunks) releaseBody(chunk);
  return bytes;
}
