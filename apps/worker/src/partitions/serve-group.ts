import type { MessagePort } from 'node:worker_threads';
import type { Clock } from '@tidemark/base';
import type { Logger } from '@tidemark/base/service';
import type { LogSource } from '@tidemark/log';
import type { Engine } from '@tidemark/tsdb';
import { Precedence } from '../query/precedence.ts';
import type { GroupEvent } from './calls.ts';
import { Answerer } from './channel/answerer.ts';
import { encodeError } from './channel/errors.ts';
import type { FromThread } from './channel/messages.ts';
import { groupAnswers } from './group-answers.ts';
import { PartitionGroup } from './partition-group.ts';

/** A group of partitions for whoever holds the port's other end, in this thread or in another. */
export interface ServedGroup {
  readonly thread: number;
  readonly port: MessagePort;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly open: () => Promise<OpenedPartitions>;
}

export interface OpenedPartitions {
  readonly source: LogSource;
  readonly engines: ReadonlyMap<number, Engine>;
}

/** Tells that it is open, or why it could not be opened; then answers until the port is closed. */
export async function serveGroup({ thread, port, clock, logger, open }: ServedGroup): Promise<void> {
  let opened: OpenedPartitions;
  try {
    opened = await open();
  } catch (error) {
    const events: GroupEvent[] = [{ kind: 'failed', error: encodeError(error) }];
    port.postMessage({ events } satisfies FromThread);
    return;
  }
  const tell = (event: GroupEvent) => answerer.tell(event);
  const group = new PartitionGroup({
    ...opened,
    thread,
    clock,
    logger,
    calls: () => answerer.running,
    onProgress: (partitions) => tell({ kind: 'progress', partitions }),
  });
  const answerer = new Answerer({ port, clock, precedence: new Precedence(clock), answers: groupAnswers(group, clock) });
  port.on('close', () => answerer.close());
  tell({ kind: 'opened' });
}
