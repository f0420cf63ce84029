import type { Service } from './service.ts';

/**
 * Runs `services` until one fails or the process is told to stop (SIGINT, SIGTERM), then drains them in
 * reverse order: what takes work in stops before what the work needs. Resolves with the exit code.
 */
export async function runServices(services: readonly Service[], report: (event: ServiceEvent) => void): Promise<number> {
  const stop = new AbortController();
  const onSignal = () => stop.abort();
  // A process manager signals a whole group, and parents pass it on: a second SIGTERM must not end what drains. A second Ctrl-C does.
  process.once('SIGINT', onSignal).on('SIGTERM', onSignal);
  let exitCode = 0;
  const runs = services.map((service) =>
    service.run(stop.signal).catch((error: unknown) => {
      exitCode = 1;
      report({ kind: 'failed', service: service.name, error });
      stop.abort();
    }),
  );
  await new Promise<void>((resolve) => stop.signal.addEventListener('abort', () => resolve(), { once: true }));
  for (const service of [...services].reverse()) {
    try {
      await service.drain();
      report({ kind: 'drained', service: service.name });
    } catch (error) {
      exitCode = 1;
      report({ kind: 'failed', service: service.name, error });
    }
  }
  await Promise.all(runs);
  process.removeListener('SIGINT', onSignal).removeListener('SIGTERM', onSignal);
  return exitCode;
}

export type ServiceEvent =
  | { readonly kind: 'failed'; readonly service: string; readonly error: unknown }
  | { readonly kind: 'drained'; readonly service: string };
