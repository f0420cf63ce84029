import { join } from 'node:path';
import type { Files } from '@tidemark/base/files';
import type { ObjectStore } from '../object-store/object-store.ts';
import { FolderPlace } from './folder-place.ts';
import { ObjectPlace } from './object-place.ts';
import { PageCache } from './page-cache.ts';
import type { Place, PlaceAge } from './place.ts';

/** A place of one engine, beyond its own folder. */
export type PlaceSettings = { readonly name: string; readonly age: PlaceAge } & (
  | { readonly kind: 'folder'; readonly dir: string }
  | { readonly kind: 'objects'; readonly store: ObjectStore; readonly prefix: string; readonly storageClass?: string }
);

/**
 * The places in their order, from fast to slow. In the engine's folder:
 *
 *   DIR/far/NAME/ID.header   what is kept here of the blocks in the object store NAME
 *   DIR/far/PAGES            pages of all of them
 */
export async function openPlaces(files: Files, dir: string, cacheBytes: number, settings: readonly PlaceSettings[]): Promise<Place[]> {
  const hasObjects = settings.some(({ kind }) => kind === 'objects');
  const cache = await PageCache.open(files, join(dir, 'far', 'PAGES'), hasObjects ? cacheBytes : 0);
  return settings.map((one) =>
    one.kind === 'folder'
      ? new FolderPlace({ ...one, files })
      : new ObjectPlace({ ...one, files, headersDir: join(dir, 'far', one.name), cache }),
  );
}
