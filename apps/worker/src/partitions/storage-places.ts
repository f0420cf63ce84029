import { hostname } from 'node:os';
import { join } from 'node:path';
import { type Clock, prng } from '@tidemark/base';
import { nodeFiles } from '@tidemark/base/files';
import type { PlaceSettings } from '@tidemark/tsdb';
import { FolderStore, type ObjectStore, openS3Store, PatientStore } from '@tidemark/tsdb/object-store';
import type { PlaceEntry, StorageSettings } from '../storage-settings.ts';
import { partitionFolder } from './partition-folder.ts';

/** The places of one thread's partitions: they share its connections, and what is known of a store that is away. */
export async function openStoragePlaces(
  { places }: StorageSettings,
  thread: string,
  clock: Clock,
): Promise<(partition: number) => readonly PlaceSettings[]> {
  const stores = new Map<PlaceEntry, ObjectStore>();
  const writer = `${hostname()}-${thread}`.replaceAll(/[^\w-]/g, '_');
  for (const place of places) {
    if (place.kind === 'folder') continue;
    const store = place.kind === 's3' ? await openS3Store(place.s3) : new FolderStore(nodeFiles, place.folder, writer);
    stores.set(place, new PatientStore(store, clock, prng(clock.now())));
  }
  return (partition) =>
    places.map((place): PlaceSettings => {
      const { name, afterMs, tiers } = place;
      const common = { name, age: { afterMs, tiers } };
      if (place.kind === 'folder') return { ...common, kind: 'folder', dir: join(place.folder, partitionFolder(partition)) };
      const store = stores.get(place) as ObjectStore;
      const prefix = `${partitionFolder(partition)}/`;
      return { ...common, kind: 'objects', store, prefix, ...(place.kind === 's3' && { storageClass: place.storageClass }) };
    });
}
