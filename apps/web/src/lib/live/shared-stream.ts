/**
 * A tab's way to the browser's one stream: through the exchange in the SharedWorker, or by a stream of its own where there is no
 * SharedWorker, or where it does not answer.
 */
import { LIVE_EXCHANGE_TIMEOUT_MS } from '../limits.ts';
import type { FromTab, ToTab } from './live-messages.ts';
import type { LiveStreamHandlers, OpenStream } from './live-stream.ts';

/** What of a SharedWorker is used. `start` begins to deliver. */
export interface ExchangePort {
  postMessage(message: FromTab): void;
  onmessage: ((event: MessageEvent<ToTab>) => void) | null;
}

/** `connect` may throw, and may reach a worker that never says `welcome`; then `alone` is used for good. */
export function sharedStream(connect: () => ExchangePort, alone: OpenStream): OpenStream {
  let current: { readonly handlers: LiveStreamHandlers } | null = null;
  const deliver = ({ data }: MessageEvent<ToTab>, port: ExchangePort) => {
    if (data.kind === 'tick') {
      port.postMessage({ kind: 'heard' });
      current?.handlers.onTick(data.tick);
    }
    if (data.kind === 'lost') current?.handlers.onError();
  };

  let joined: Promise<ExchangePort | null> | null = null;
  const join = () =>
    new Promise<ExchangePort | null>((resolve) => {
      setTimeout(() => resolve(null), LIVE_EXCHANGE_TIMEOUT_MS);
      try {
        const port = connect();
        port.onmessage = (event) => {
          if (event.data.kind === 'welcome') resolve(port);
          else deliver(event, port);
        };
      } catch {
        resolve(null);
      }
    });

  return (queries, handlers) => {
    joined ??= join();
    const watch = { handlers };
    current = watch;
    let closed = false;
    let close = () => {};
    void joined.then((port) => {
      if (closed) return;
      if (port === null) {
        close = alone(queries, handlers);
        return;
      }
      port.postMessage({ kind: 'watch', queries });
      close = () => port.postMessage({ kind: 'unwatch' });
    });
    return () => {
      closed = true;
      if (current === watch) current = null;
      close();
    };
  };
}
