import { MessageChannel, Worker } from 'node:worker_threads';
import { GroupClient } from './group-client.ts';
import type { PartitionPlaces } from './open-partitions.ts';
import type { ThreadData } from './thread-main.ts';

/** Starts the threads and waits until all of them have opened their partitions. Throws what prevents one of them. */
export async function startThreads(places: PartitionPlaces, threads: number): Promise<readonly GroupClient[]> {
  const started = await Promise.allSettled(
    spread(places.partitionsAll, threads).map((partitions, i) => startThread(places, partitions, i)),
  );
  const groups = started.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
  const failed = started.find((one) => one.status === 'rejected');
  if (failed === undefined) return groups;
  for (const group of groups) await group.close();
  throw failed.reason;
}

/** Partitions by thread, none without one. */
function spread(partitions: number, threads: number): number[][] {
  const groups: number[][] = Array.from({ length: Math.min(threads, partitions) }, () => []);
  for (let partition = 0; partition < partitions; partition++) groups[partition % groups.length].push(partition);
  return groups;
}

function startThread(places: PartitionPlaces, partitions: readonly number[], thread: number): Promise<GroupClient> {
  const { port1, port2 } = new MessageChannel();
  const worker = new Worker(new URL('./thread-main.ts', import.meta.url), {
    name: `partitions ${partitions.join(', ')}`,
    workerData: { thread, port: port2, partitions, places } satisfies ThreadData,
    transferList: [port2],
    execArgv: [], // What the process was started with concerns the process.
  });
  const lost = new Promise<Error>((resolve) => {
    worker.once('error', resolve);
    worker.once('exit', (code) => resolve(new Error(`the thread of partitions ${partitions.join(', ')} ended by itself (${code})`)));
  });
  return GroupClient.open({ name: worker.threadName ?? '', port: port1, partitions, lost, onClosed: () => worker.terminate() });
}
