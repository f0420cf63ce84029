/** A partition thread's beginning: it opens its partitions and answers the main thread. */
import { type MessagePort, workerData } from 'node:worker_threads';
import { systemClock } from '@tidemark/base';
import { createLogger } from '@tidemark/base/service';
import { openPartitions, type PartitionPlaces } from './open-partitions.ts';
import { serveGroup } from './serve-group.ts';

export interface ThreadData {
  readonly thread: number;
  readonly port: MessagePort;
  readonly partitions: readonly number[];
  readonly places: PartitionPlaces;
}

const { thread, port, partitions, places } = workerData as ThreadData;
const logger = createLogger('worker');
await serveGroup({ thread, port, clock: systemClock, logger, open: () => openPartitions(places, partitions, systemClock, logger) });
