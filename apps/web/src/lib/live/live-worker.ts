/** The SharedWorker: the exchange, over the ports of the tabs. */
import { directStream } from './direct-stream.ts';
import { LiveExchange } from './live-exchange.ts';
import type { FromTab } from './live-messages.ts';

const exchange = new LiveExchange(directStream('/api/trpc/query.live'));

(self as unknown as { onconnect: (event: MessageEvent) => void }).onconnect = ({ ports: [port] }) => {
  const hear = exchange.join((message) => port.postMessage(message));
  port.onmessage = ({ data }: MessageEvent<FromTab>) => hear(data);
};
