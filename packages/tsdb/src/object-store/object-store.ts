/**
 * Objects by key, as S3 has them: put as a whole, read by ranges, never changed in part. What is put is there for everybody once `put`
 * has resolved; before, nothing of it is.
 *
 * Every method rejects with `ObjectStoreError`; `signal` ends the waiting, not always the work.
 */
export interface ObjectStore {
  /** For people: where it is. */
  readonly name: string;
  /** Verified on its way by the body's checksum. 'exists' when it was to be put only if it is absent, and it is not. */
  put(key: string, body: ObjectBody, options?: PutOptions): Promise<'stored' | 'exists'>;
  /** Less than `bytes` only at the object's end. */
  get(key: string, at: number, bytes: number, signal?: AbortSignal): Promise<Uint8Array>;
  /** Null when there is none. */
  head(key: string, signal?: AbortSignal): Promise<ObjectHead | null>;
  /** Keys that begin with `prefix` and come after `after`, in order, as many as the store gives at once. */
  list(prefix: string, after?: string, signal?: AbortSignal): Promise<ListPage>;
  /** One that is not there is gone already. */
  delete(key: string, signal?: AbortSignal): Promise<void>;
  /** Has an archived object brought back for some days; says how it stood before that. */
  restore(key: string, days: number, signal?: AbortSignal): Promise<ArchiveState>;
}

export interface ObjectBody {
  readonly bytes: number;
  /** Of all of it: ISO 3309, as zlib has it. */
  readonly crc32: number;
  /** All of `bytes`. */
  read(at: number, bytes: number): Promise<Uint8Array>;
}

export interface PutOptions {
  readonly ifAbsent?: boolean;
  /** By the store's own name for it; its default when not given. */
  readonly storageClass?: string;
  readonly signal?: AbortSignal;
}

export interface ObjectHead {
  readonly bytes: number;
  /** Null when the store does not say. */
  readonly crc32: number | null;
  readonly archive: ArchiveState;
}

/** An object in an archive cannot be read until it was asked for, and hours have passed. */
export type ArchiveState = 'not archived' | 'archived' | 'restoring' | 'restored';

export interface ListPage {
  readonly objects: readonly { readonly key: string; readonly bytes: number }[];
  /** There are more after these. */
  readonly more: boolean;
}

/**
 * away: no answer, too late, or one that it cannot serve now: it may pass. denied: the credentials are wrong, or not enough.
 * missing: no such object, or bucket. archived: must be restored first. refused: it does not do what it was asked.
 */
export type ObjectStoreFault = 'away' | 'denied' | 'missing' | 'archived' | 'refused';

export class ObjectStoreError extends Error {
  override readonly name = 'ObjectStoreError';
  readonly kind: ObjectStoreFault;

  constructor(kind: ObjectStoreFault, message: string, options?: ErrorOptions) {
    super(message, options);
    this.kind = kind;
  }
}

/** What every store takes as a key: names with `/` between. */
export function isObjectKey(key: string): boolean {
  return /^[\w.-]+(\/[\w.-]+)*$/.test(key) && !/(^|\/)\.\.?(\/|$)/.test(key);
}
