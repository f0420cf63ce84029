import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Writable } from 'node:stream';
import { createGzip, createZstdCompress, gzipSync, constants as zlib, zstdCompressSync } from 'node:zlib';

/** Answers are numbers in text, where the fastest level does nearly as much as the best. */
const GZIP = { level: zlib.Z_BEST_SPEED };
const ZSTD = { params: { [zlib.ZSTD_c_compressionLevel]: 1 } };

/**
 * Where an answer in pieces is written: before the response stands what compresses, when the client takes it (RFC 9110, 12.5.3). The
 * header must not have been sent yet. Compressing happens on Node's thread pool.
 */
export function bodyFor(request: IncomingMessage, response: ServerResponse): Writable {
  const encoding = encodingFor(request);
  if (encoding === null) return response;
  response.setHeader('Content-Encoding', encoding);
  const compress = encoding === 'zstd' ? createZstdCompress(ZSTD) : createGzip(GZIP);
  compress.pipe(response);
  response.once('close', () => compress.destroy());
  return compress;
}

/** Of one piece, at once: going to the thread pool and back would cost more. */
export function compressed(text: string, encoding: Encoding): Buffer {
  return encoding === 'zstd' ? zstdCompressSync(text, ZSTD) : gzipSync(text, GZIP);
}

/** Null for one whose client takes text alone. */
export function encodingFor(request: IncomingMessage): Encoding | null {
  const accepted = String(request.headers['accept-encoding'] ?? '');
  return accepted === '' ? null : acceptedEncoding(accepted);
}

export type Encoding = (typeof KNOWN)[number];

const KNOWN = ['zstd', 'gzip'] as const;

/** The best known one that is not refused by a weight of 0. */
export function acceptedEncoding(header: string): Encoding | null {
  const weights = new Map<string, number>();
  for (const part of header.toLowerCase().split(',')) {
    const [name, ...parameters] = part.split(';').map((text) => text.trim());
    const weight = parameters.find((text) => text.startsWith('q='));
    weights.set(name, weight === undefined ? 1 : Number(weight.slice(2)));
  }
  const accepted = KNOWN.filter((name) => (weights.get(name) ?? 0) > 0);
  return accepted.sort((a, b) => (weights.get(b) ?? 0) - (weights.get(a) ?? 0))[0] ?? null;
}
