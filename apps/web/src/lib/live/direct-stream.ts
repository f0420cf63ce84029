/**
 * The stream itself: tRPC's subscription `query.live` as it travels, server-sent events, but POSTed. The browser's EventSource, on which
 * tRPC's own link stands, can only GET, so its input travels in the address, which servers and proxies limit; and the client would come
 * twice, into the page and into the SharedWorker. After a lost connection it goes on behind the last event's id.
 */
import type { LiveTick } from '@tidemark/rpc';
import { LIVE_RECONNECT_MS, LIVE_SILENCE_MS } from '../limits.ts';
import { eventParser, type ServerSentEvent } from './event-stream.ts';
import type { OpenStream } from './live-stream.ts';

export function directStream(url: string): OpenStream {
  return (queries, { onTick, onError }) => {
    const closed = new AbortController();
    let lastEventId: string | null = null;
    const onEvent = ({ type, data, id }: ServerSentEvent) => {
      if (closed.signal.aborted) return;
      lastEventId = id ?? lastEventId;
      if (type === 'message') onTick(JSON.parse(data) as LiveTick);
      if (type === 'serialized-error') throw new RefusedError(data);
    };
    const run = async () => {
      const body = JSON.stringify({ queries });
      while (!closed.signal.aborted) {
        try {
          await readEvents(url, body, lastEventId, closed.signal, onEvent);
        } catch (error) {
          if (closed.signal.aborted) return;
          if (error instanceof RefusedError) return onError();
        }
        await new Promise((resolve) => setTimeout(resolve, LIVE_RECONNECT_MS));
      }
    };
    void run();
    return () => closed.abort();
  };
}

/** The server has answered, and what it said is no stream: asking again would bring the same. */
class RefusedError extends Error {
  override readonly name = 'RefusedError';
}

/** Returns when the stream ends; throws when it breaks, or is silent for so long that it must have. */
async function readEvents(
  url: string,
  body: string,
  lastEventId: string | null,
  closed: AbortSignal,
  onEvent: (event: ServerSentEvent) => void,
): Promise<void> {
  const silence = new AbortController();
  let timer = setTimeout(() => silence.abort(), LIVE_SILENCE_MS);
  try {
    const headers = { accept: 'text/event-stream', 'content-type': 'application/json' };
    const response = await fetch(url, {
      method: 'POST',
      headers: lastEventId === null ? headers : { ...headers, 'last-event-id': lastEventId },
      body,
      cache: 'no-store',
      signal: AbortSignal.any([closed, silence.signal]),
    });
    if (response.status >= 400 && response.status < 500) throw new RefusedError(await response.text());
    if (!response.ok || response.body === null) return;
    const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
    const parse = eventParser(onEvent);
    for (let read = await reader.read(); !read.done; read = await reader.read()) {
      clearTimeout(timer);
      timer = setTimeout(() => silence.abort(), LIVE_SILENCE_MS);
      parse(read.value);
    }
  } finally {
    clearTimeout(timer);
    silence.abort();
  }
}
