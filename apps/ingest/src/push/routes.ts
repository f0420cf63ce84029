import type { Clock } from '@tidemark/base';
import type { Routes } from '@tidemark/base/http';
import type { IngestFeatures } from '../features.ts';
import type { Publisher } from '../publish/publisher.ts';
import { JsonPushEndpoint } from './json.ts';
import type { PushMetrics } from './metrics.ts';
import { RemoteWriteEndpoint } from './remote-write.ts';

/** The push protocols. */
export function pushRoutes(publisher: Publisher, clock: Clock, metrics: PushMetrics, features?: IngestFeatures): Routes {
  const remoteWrite = new RemoteWriteEndpoint(publisher, clock, metrics, features);
  const json = new JsonPushEndpoint(publisher, clock, metrics);
  return {
    'POST /api/v1/write': (request, response) => remoteWrite.handle(request, response),
    'POST /api/v1/push': (request, response) => json.handle(request, response),
  };
}
