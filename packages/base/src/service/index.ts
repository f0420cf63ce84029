export { DISK_LOOK_EVERY_MS, type DiskSpace, DiskWatch, type DiskWatchOptions } from './disk-watch.ts';
export { lockFolder } from './lock-folder.ts';
export { createLogger, type Logger } from './logger.ts';
export { runServices, type ServiceEvent } from './run-services.ts';
export type { Service } from './service.ts';
