import { availableParallelism } from 'node:os';
import { systemClock } from '@tidemark/base';
import type { Logger } from '@tidemark/base/service';
import type { LogWriter } from '@tidemark/log';
import { type FileLogEvent, openFileLogWriter } from '@tidemark/log/file';
import type { IngestConfig } from '../config.ts';
import { NEW_LOG_PARTITIONS_MAX } from '../limits.ts';

export function openLog(config: IngestConfig, logger: Logger, count: (event: FileLogEvent) => void): Promise<LogWriter> {
  const tell = teller(logger);
  return openFileLogWriter({
    dir: config.logDir,
    partitions: config.partitions ?? { whenNew: Math.min(availableParallelism(), NEW_LOG_PARTITIONS_MAX) },
    clock: systemClock,
    retention: { ageMs: config.logRetentionMs, bytes: config.logRetentionBytes },
    report: (event) => {
      count(event);
      tell(event);
    },
  });
}

/** A full disk refuses each commit: said once in a while, and counted each time. */
const REFUSAL_EVERY_MS = 10_000;

function teller(logger: Logger): (event: FileLogEvent) => void {
  let isRefusalNewsAtMs = 0;
  return (event) => {
    switch (event.kind) {
      case 'committed':
        break;
      case 'torn_tail':
        logger.warn(event, 'a crash had interrupted a write to the log: its unacknowledged end was cut off');
        break;
      case 'damage': {
        const { file, offset, reason } = event.error;
        logger.error({ file, offset, reason }, 'the log is damaged here; only these records are lost');
        break;
      }
      case 'refused_by_disk':
        if (systemClock.now() < isRefusalNewsAtMs) break;
        isRefusalNewsAtMs = systemClock.now() + REFUSAL_EVERY_MS;
        logger.error({ reason: event.reason }, 'the log could not be written; senders were told to try again');
        break;
      case 'dropped':
        logger.info(event, 'a log segment is past its retention and was dropped');
    }
  };
}
