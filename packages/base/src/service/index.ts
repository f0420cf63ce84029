export { lockFolder } from './lock-folder.ts';
export { createLogger, type Logger } from './logger.ts';
export { runServices, type ServiceEvent } from './run-services.ts';
export type { Service } from './service.ts';
