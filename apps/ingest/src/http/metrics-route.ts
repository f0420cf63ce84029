import { type Routes, sendText } from '@tidemark/base/http';
import { AggregatorRegistry, type Registry } from 'prom-client';

/** `ofProcess` is what there is once; `ofThreads` gives what each thread has a registry of, of which the sums are shown. */
export function metricsRoutes(ofProcess: Registry, ofThreads: () => Promise<object[]>): Routes {
  return {
    'GET /metrics': async (_request, response) => {
      const threads = AggregatorRegistry.aggregate(await ofThreads());
      sendText(response, 200, `${await ofProcess.metrics()}${await threads.metrics()}`, ofProcess.contentType);
    },
  };
}
