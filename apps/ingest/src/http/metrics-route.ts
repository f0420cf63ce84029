import { type Routes, sendText } from '@tidemark/base/http';
import type { Registry } from 'prom-client';

export function metricsRoutes(registry: Registry): Routes {
  return { 'GET /metrics': async (_request, response) => sendText(response, 200, await registry.metrics(), registry.contentType) };
}
