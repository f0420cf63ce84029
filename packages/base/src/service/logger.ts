import { pino } from 'pino';

export type Logger = pino.Logger;

/** Lines of JSON on stderr; secrets by their usual names are left out. */
export function createLogger(service: string, level = process.env.TIDEMARK_LOG_LEVEL ?? 'info'): Logger {
  return pino(
    { name: service, level, base: { service }, redact: ['*.password', '*.bearerToken', '*.webhookUrl', '*.routingKey', '*.authorization'] },
    pino.destination({ dest: 2, sync: true }),
  );
}
