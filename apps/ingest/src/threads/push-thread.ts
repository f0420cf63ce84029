/**
 * A push thread: a listener, decoders and a publisher of its own, which share nothing with the other threads but the count of what waits.
 * Its records go to the main thread, which has the one log.
 */
import { randomBytes } from 'node:crypto';
import { parentPort, workerData } from 'node:worker_threads';
import { assert, systemClock } from '@tidemark/base';
import { HttpServer, PortTakenError } from '@tidemark/base/http';
import { PRODUCER_BYTES } from '@tidemark/log';
import { Registry } from 'prom-client';
import { DiskGuard } from '../publish/disk-guard.ts';
import { LogPublisher } from '../publish/log-publisher.ts';
import { createPublishMetrics } from '../publish/metrics.ts';
import { WaitingRoom } from '../publish/waiting-room.ts';
import { createPushMetrics } from '../push/metrics.ts';
import { pushRoutes } from '../push/routes.ts';
import { forwardRoutes } from './forward.ts';
import type { FromThread, ThreadSetup, ToThread } from './messages.ts';
import { PortLog } from './port-log.ts';

assert(parentPort !== null, 'a push thread is started by the main thread');
const port = parentPort;
const { host, port: tcpPort, mainPort, mainRoutes, partitions, features, room, diskLow } = workerData as ThreadSetup;
const post = (message: FromThread, transfer: ArrayBuffer[] = []) => port.postMessage(message, transfer);

const registry = new Registry();
const metrics = createPublishMetrics(registry);
const log = new PortLog(partitions, post);
const disk: { low: string | null } = { low: diskLow };
const publisher = new LogPublisher({
  log,
  clock: systemClock,
  producer: randomBytes(PRODUCER_BYTES),
  metrics,
  room: new WaitingRoom(room),
});
const http = new HttpServer({
  name: 'http',
  host,
  port: tcpPort,
  isShared: true,
  routes: {
    ...forwardRoutes(mainRoutes, mainPort),
    ...pushRoutes(new DiskGuard(publisher, disk, metrics), systemClock, createPushMetrics(registry), features),
  },
  notReady: () => null,
  onError: (error, request) => post({ kind: 'failed_request', path: request.url, error }),
});

port.on('message', async (message: ToThread) => {
  switch (message.kind) {
    case 'appended':
      return log.appended(message);
    case 'disk':
      disk.low = message.low;
      return;
    case 'metrics':
      return post({ kind: 'metrics', id: message.id, metrics: await registry.getMetricsAsJSON() });
    case 'drain':
      await http.drain();
      await publisher.drain();
      port.close();
  }
});

try {
  await http.listen();
  post({ kind: 'listening', port: http.address.port });
} catch (error) {
  if (!(error instanceof PortTakenError)) throw error;
  post({ kind: 'port_taken' });
  port.close();
}
