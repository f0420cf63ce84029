/** Wires ingest: the log, the publisher, what collects, what is pushed to, and the HTTP server before it all. */
import { randomBytes } from 'node:crypto';
import { systemClock } from '@tidemark/base';
import { HttpServer, PortTakenError } from '@tidemark/base/http';
import { createLogger, DiskWatch, runServices, type Service } from '@tidemark/base/service';
import { type LogWriter, PRODUCER_BYTES } from '@tidemark/log';
import { LogFormatError, LogLockedError } from '@tidemark/log/file';
import { collectDefaultMetrics, Registry } from 'prom-client';
import { readConfig } from './config.ts';
import { metricsRoutes } from './http/metrics-route.ts';
import { openLog } from './http/open-log.ts';
import { DiskGuard } from './publish/disk-guard.ts';
import { LogPublisher } from './publish/log-publisher.ts';
import { createLogMetrics, createPublishMetrics, observeDisk } from './publish/metrics.ts';
import type { Publisher } from './publish/publisher.ts';
import { WaitingRoom } from './publish/waiting-room.ts';
import { createPushMetrics } from './push/metrics.ts';
import { pushRoutes } from './push/routes.ts';
import { ConfigRefusedError, prepareCollecting } from './scrape/collect.ts';
import { PushThreads } from './threads/push-threads.ts';

const config = readConfig(process.argv);
const logger = createLogger('ingest');
const registry = new Registry();
/** What each push thread has as well. */
const threadRegistry = new Registry();
collectDefaultMetrics({ register: registry });

try {
  process.exitCode = await main();
} catch (error) {
  process.exitCode = 1;
  process.stderr.write(`tidemark ingest: ${oneLine(error)}\n`);
}

async function main(): Promise<number> {
  const log = await openLog(config, logger, createLogMetrics(registry));
  const disk = await DiskWatch.open({ path: config.logDir, holds: 'log', floorBytes: config.diskFloorBytes, clock: systemClock });
  observeDisk(registry, disk);
  const metrics = createPublishMetrics(threadRegistry);
  const room = new WaitingRoom();
  const publisher = new LogPublisher({ log, clock: systemClock, producer: randomBytes(PRODUCER_BYTES), metrics, room });
  let services: readonly Service[];
  try {
    services = [disk, publisher, ...(await listening(new DiskGuard(publisher, disk, metrics), room, log, disk))];
  } catch (error) {
    await publisher.drain();
    throw error;
  }
  return runServices(services, (event) => {
    if (event.kind === 'failed') logger.error({ err: event.error, service: event.service }, 'a service failed');
  });
}

/** Everything, ready to run, the server listening. Drained from the end: what takes work in stops before what the work needs. */
async function listening(publisher: Publisher, room: WaitingRoom, log: LogWriter, disk: DiskWatch): Promise<readonly Service[]> {
  const collecting = await prepareCollecting({
    ...config,
    publisher,
    clock: systemClock,
    registry,
    warn: (message) => logger.warn(message),
  });
  const services: Service[] = [];
  const onError = (error: unknown, request: { readonly url?: string | undefined }) =>
    logger.error({ err: error, path: request.url }, 'a request failed unexpectedly');
  let threads: PushThreads | null = null;
  const ofThreads = async () => [await threadRegistry.getMetricsAsJSON(), ...((await threads?.metrics()) ?? [])];
  const routes = { ...metricsRoutes(registry, ofThreads), ...collecting.routes };
  const isAlone = config.threads === 1;
  const http = new HttpServer({
    name: 'http',
    host: isAlone ? config.host : '127.0.0.1',
    port: isAlone ? config.port : 0,
    routes: isAlone ? { ...routes, ...pushRoutes(publisher, systemClock, createPushMetrics(threadRegistry), config.features) } : routes,
    notReady: () => services.map((service) => service.notReady?.() ?? null).find((waiting) => waiting !== null) ?? null,
    onError,
  });
  services.push(http, ...collecting.services);
  await http.listen();
  if (!isAlone) {
    const mainRoutes = [...Object.keys(routes), 'GET /-/ready'];
    threads = new PushThreads({ ...config, mainPort: http.address.port, mainRoutes, log, room, disk, clock: systemClock, onError });
    services.push(threads);
    await threads.listen().catch(async (error: unknown) => {
      await http.drain();
      throw error;
    });
  }
  logger.info({ ...(threads ?? http).address, threads: config.threads, log: config.logDir }, 'ready');
  return services;
}

function oneLine(error: unknown): string {
  if (error instanceof ConfigRefusedError) return error.message;
  if (error instanceof PortTakenError || error instanceof LogLockedError || error instanceof LogFormatError) return error.message;
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS' || code === 'ENOTDIR' || code === 'EEXIST') {
    return `the log folder ${config.logDir} cannot be written (${code}): choose another with --log`;
  }
  if (code === 'ENOSPC' || code === 'EDQUOT') return `the disk that holds the log folder ${config.logDir} is full: free space on it`;
  return code === undefined ? String((error as Error).stack) : message;
}
