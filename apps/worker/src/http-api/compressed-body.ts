import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Writable } from 'node:stream';
import { createGzip, createZstdCompress, constants as zlib } from 'node:zlib';

/**
 * Where an answer is written: before the response stands what compresses, when the client takes it (RFC 9110, 12.5.3). The
 * header must not have been sent yet. Compressing happens on Node's thread pool; answers are numbers in text, where the fastest level
 * does nearly as much as the best.
 */
export function bodyFor(request: IncomingMessage, response: ServerResponse): Writable {
  const accepted = String(request.headers['accept-encoding'] ?? '');
  const encoding = accepted === '' ? null : acceptedEncoding(accepted);
  if (encoding === null) return response;
  response.setHeader('Content-Encoding', encoding);
  const compress =
    encoding === 'zstd' ? createZstdCompress({ params: { [zlib.ZSTD_c_compressionLevel]: 1 } }) : createGzip({ level: zlib.Z_BEST_SPEED });
  compress.pipe(response);
  response.once('close', () => compress.destroy());
  return compress;
}

const KNOWN = ['zstd', 'gzip'] as const;

/** The best known one that is not refused by a weight of 0. */
export function acceptedEncoding(header: string): (typeof KNOWN)[number] | null {
  const weights = new Map<string, number>();
  for (const part of header.toLowerCase().split(',')) {
    const [name, ...parameters] = part.split(';').map((text) => text.trim());
    const weight = parameters.find((text) => text.startsWith('q='));
    weights.set(name, weight === undefined ? 1 : Number(weight.slice(2)));
  }
  const accepted = KNOWN.filter((name) => (weights.get(name) ?? 0) > 0);
  return accepted.sort((a, b) => (weights.get(b) ?? 0) - (weights.get(a) ?? 0))[0] ?? null;
}
