import {
  type ArchiveState,
  type ListPage,
  type ObjectBody,
  type ObjectHead,
  type ObjectStore,
  ObjectStoreError,
  type PutOptions,
} from '../object-store.ts';

/** Another store that counts what it is asked, and does as a test says: is away, never answers, or holds objects in an archive. */
export class TroubledStore implements ObjectStore {
  readonly name: string;
  readonly #store: ObjectStore;
  /** null: as the other store does. */
  trouble: 'away' | 'hangs' | null = null;
  /** By key; none is in an archive. */
  readonly archived = new Map<string, ArchiveState>();
  asked: { readonly method: string; readonly key: string }[] = [];
  getBytes = 0;

  constructor(store: ObjectStore) {
    this.name = store.name;
    this.#store = store;
  }

  get gets(): number {
    return this.asked.filter(({ method }) => method === 'get').length;
  }

  forget(): void {
    this.asked = [];
    this.getBytes = 0;
  }

  put(key: string, body: ObjectBody, options?: PutOptions): Promise<'stored' | 'exists'> {
    return this.#answer('put', key, () => this.#store.put(key, body, options));
  }

  get(key: string, at: number, bytes: number): Promise<Uint8Array> {
    return this.#answer('get', key, async () => {
      if (['archived', 'restoring'].includes(this.archived.get(key) ?? ''))
        throw new ObjectStoreError('archived', `${this.name}/${key} lies in an archive`);
      const found = await this.#store.get(key, at, bytes);
      this.getBytes += found.length;
      return found;
    });
  }

  head(key: string): Promise<ObjectHead | null> {
    return this.#answer('head', key, async () => {
      const head = await this.#store.head(key);
      return head === null ? null : { ...head, archive: this.archived.get(key) ?? head.archive };
    });
  }

  list(prefix: string, after?: string): Promise<ListPage> {
    return this.#answer('list', prefix, () => this.#store.list(prefix, after));
  }

  delete(key: string): Promise<void> {
    return this.#answer('delete', key, () => this.#store.delete(key));
  }

  restore(key: string): Promise<ArchiveState> {
    return this.#answer('restore', key, async () => {
      const state = this.archived.get(key) ?? 'not archived';
      if (state === 'archived') this.archived.set(key, 'restoring');
      return state;
    });
  }

  #answer<T>(method: string, key: string, answer: () => Promise<T>): Promise<T> {
    this.asked.push({ method, key });
    if (this.trouble === 'hangs') return new Promise(() => {});
    if (this.trouble === 'away') return Promise.reject(new ObjectStoreError('away', `${this.name} does not answer`));
    return answer();
  }
}
