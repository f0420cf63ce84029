/** Wires ingest: the log, the publisher, what collects, what is pushed to, and the HTTP server before it all. */
import { randomBytes } from 'node:crypto';
import { systemClock } from '@tidemark/base';
import { HttpServer, PortTakenError, type Routes } from '@tidemark/base/http';
import { createLogger, runServices, type Service } from '@tidemark/base/service';
import { PRODUCER_BYTES } from '@tidemark/log';
import { LogFormatError, LogLockedError } from '@tidemark/log/file';
import { collectDefaultMetrics, Registry } from 'prom-client';
import { readConfig } from './config.ts';
import { metricsRoutes } from './http/metrics-route.ts';
import { openLog } from './http/open-log.ts';
import { LogPublisher } from './publish/log-publisher.ts';
import { createLogMetrics, createPublishMetrics } from './publish/metrics.ts';
import { createPushMetrics } from './push/metrics.ts';
import { pushRoutes } from './push/routes.ts';

const config = readConfig(process.argv);
const logger = createLogger('ingest');
const registry = new Registry();
collectDefaultMetrics({ register: registry });

try {
  process.exitCode = await main();
} catch (error) {
  process.exitCode = 1;
  process.stderr.write(`tidemark ingest: ${oneLine(error)}\n`);
}

async function main(): Promise<number> {
  const log = await openLog(config, logger, createLogMetrics(registry));
  const publisher = new LogPublisher({
    log,
    clock: systemClock,
    producer: randomBytes(PRODUCER_BYTES),
    metrics: createPublishMetrics(registry),
  });
  const collectors: Service[] = [];
  const routes: Routes = { ...metricsRoutes(registry), ...pushRoutes(publisher, systemClock, createPushMetrics(registry)) };

  const services: Service[] = [publisher];
  const http = new HttpServer({
    name: 'http',
    host: config.host,
    port: config.port,
    routes,
    notReady: () => services.map((service) => service.notReady?.() ?? null).find((waiting) => waiting !== null) ?? null,
    onError: (error, request) => logger.error({ err: error, path: request.url }, 'a request failed unexpectedly'),
  });
  services.push(http, ...collectors); // Drained from the end: what takes work in stops before what the work needs.
  try {
    await http.listen();
  } catch (error) {
    await publisher.drain();
    throw error;
  }
  logger.info({ ...http.address, log: config.logDir }, 'ready');
  return runServices(services, (event) => {
    if (event.kind === 'failed') logger.error({ err: event.error, service: event.service }, 'a service failed');
  });
}

function oneLine(error: unknown): string {
  if (error instanceof PortTakenError || error instanceof LogLockedError || error instanceof LogFormatError) return error.message;
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS' || code === 'ENOTDIR' || code === 'EEXIST') {
    return `the log folder ${config.logDir} cannot be written (${code}): choose another with --log`;
  }
  if (code === 'ENOSPC' || code === 'EDQUOT') return `the disk that holds the log folder ${config.logDir} is full: free space on it`;
  return code === undefined ? String((error as Error).stack) : message;
}
