/** Where the worker is. Read at each call: a build must not bake the address in. */
export function workerUrl(path: string): URL {
  return new URL(path, process.env.TIDEMARK_WORKER_URL ?? 'http://127.0.0.1:8012');
}
