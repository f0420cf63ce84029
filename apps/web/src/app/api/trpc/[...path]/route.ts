/**
 * tRPC, passed through to the worker as it is, streaming in both directions. When the browser goes, the request to the worker ends
 * too, and with it the query that runs there.
 */
import { webMetrics } from '../../../../server/metrics.ts';
import { workerUrl } from '../../../../server/worker.ts';

export const dynamic = 'force-dynamic';

const FORWARDED = ['accept', 'content-type', 'last-event-id', 'trpc-accept', 'x-scope-orgid', 'x-trpc-source'];

async function passThrough(request: Request): Promise<Response> {
  const { pathname, search } = new URL(request.url);
  const target = workerUrl(pathname.replace(/^\/api\/trpc\//, '/trpc/') + search);
  const headers = new Headers({ 'accept-encoding': 'identity' });
  for (const name of FORWARDED) {
    const value = request.headers.get(name);
    if (value !== null) headers.set(name, value);
  }
  const stop = webMetrics().passThrough.startTimer({ method: request.method });
  try {
    const answer = await fetch(target, {
      method: request.method,
      headers,
      body: request.method === 'GET' ? undefined : request.body,
      duplex: 'half',
      cache: 'no-store',
      redirect: 'manual',
      signal: request.signal,
    } as RequestInit);
    stop({ status: String(answer.status) });
    return new Response(answer.body, { status: answer.status, headers: passedBack(answer.headers) });
  } catch (error) {
    // Nobody waits any more: not a failure of the worker.
    stop({ status: request.signal.aborted ? '499' : '502' });
    const reason = error instanceof Error ? String((error.cause as Error | undefined)?.message ?? error.message) : String(error);
    return Response.json({ error: { message: reason } }, { status: 502 });
  }
}

export { passThrough as GET, passThrough as POST };

function passedBack(headers: Headers): Headers {
  // A stream that is compressed on the way is a stream that is held back.
  const passed = new Headers({ 'cache-control': 'no-store, no-transform', 'x-accel-buffering': 'no' });
  for (const name of ['content-type', 'vary', 'retry-after', 'trpc-accept']) {
    const value = headers.get(name);
    if (value !== null) passed.set(name, value);
  }
  return passed;
}
