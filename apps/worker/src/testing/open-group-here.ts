import { MessageChannel } from 'node:worker_threads';
import { GroupClient } from '../partitions/group-client.ts';
import { type ServedGroup, serveGroup } from '../partitions/serve-group.ts';

/** A group of partitions in this thread, over the same port as one in a thread of its own. */
export function openGroupHere({
  partitions,
  ...served
}: Pick<ServedGroup, 'clock' | 'logger' | 'open'> & { readonly partitions: readonly number[] }): Promise<GroupClient> {
  const { port1, port2 } = new MessageChannel();
  void serveGroup({ ...served, thread: 0, port: port2 });
  return GroupClient.open({ name: 'partitions', port: port1, partitions });
}
