import { WORKER_READY_TIMEOUT_MS } from '../../../lib/limits.ts';
import { workerUrl } from '../../../server/worker.ts';

export const dynamic = 'force-dynamic';

/** Ready means that there is something to show: the worker answers and is ready itself. */
export async function GET(): Promise<Response> {
  try {
    const answer = await fetch(workerUrl('/-/ready'), { cache: 'no-store', signal: AbortSignal.timeout(WORKER_READY_TIMEOUT_MS) });
    const text = await answer.text();
    return answer.ok ? new Response('ready\n') : new Response(`the worker is not ready: ${text.trim()}\n`, { status: 503 });
  } catch (error) {
    return new Response(`the worker cannot be reached: ${error instanceof Error ? error.message : String(error)}\n`, { status: 503 });
  }
}
