import { PAGE_QUERY_TIMEOUT_MS } from '../lib/limits.ts';

/** Where the worker is. Read at each call: a build must not bake the address in. */
export function workerUrl(path: string): URL {
  return new URL(path, process.env.TIDEMARK_WORKER_URL ?? 'http://127.0.0.1:8012');
}

/** One tRPC query, asked while the page is made; null when the worker does not answer in time: then the browser asks. */
export async function askWorker<T>(procedure: string, input: unknown): Promise<T | null> {
  const url = workerUrl(`/trpc/${procedure}`);
  url.searchParams.set('input', JSON.stringify(input));
  try {
    const answer = await fetch(url, { cache: 'no-store', signal: AbortSignal.timeout(PAGE_QUERY_TIMEOUT_MS) });
    if (!answer.ok) return null;
    return ((await answer.json()) as { result: { data: T } }).result.data;
  } catch {
    return null;
  }
}
