import type { IncomingMessage } from 'node:http';
import { release } from '../release.ts';

export type BodyResult =
  | { readonly kind: 'body'; readonly bytes: Buffer }
  | { readonly kind: 'too_large'; readonly limitBytes: number }
  /** The client went away in the middle. */
  | { readonly kind: 'aborted' };

/** The request's whole body as sent (not decompressed), never more than `limitBytes` in memory. `release` it when it has been read. */
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

function oneOf(chunks: readonly Buffer[], length: number): Buffer {
  if (chunks.length === 1) return chunks[0];
  const bytes = Buffer.concat(chunks, length);
  for (const chunk of chunks) release(chunk);
  return bytes;
}
