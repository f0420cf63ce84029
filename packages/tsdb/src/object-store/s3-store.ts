import { crc32 } from 'node:zlib';
import {
  AbortMultipartUploadCommand,
  type CompletedPart,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  type HeadObjectCommandOutput,
  ListObjectsV2Command,
  PutObjectCommand,
  RestoreObjectCommand,
  S3Client,
  type StorageClass,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { assert } from '@tidemark/base';
import { OBJECT_LIST_MAX, OBJECT_PART_BYTES, OBJECT_PARTS_MAX, S3_ATTEMPTS_MAX, S3_SOCKETS_MAX } from '../limits.ts';
import {
  type ArchiveState,
  isObjectKey,
  type ListPage,
  type ObjectBody,
  type ObjectHead,
  type ObjectStore,
  ObjectStoreError,
  type ObjectStoreFault,
  type PutOptions,
} from './object-store.ts';

export interface S3Settings {
  readonly bucket: string;
  /** Before every key, with its `/`. */
  readonly prefix?: string;
  /** Of a store that is not Amazon's. */
  readonly endpoint?: string;
  readonly region?: string;
  /** `http://host/bucket/key` and not `http://bucket.host/key`: most stores that are not Amazon's. */
  readonly pathStyle?: boolean;
  /** Without it, as the SDK finds them: environment, profile, the machine's role. */
  readonly credentials?: { readonly accessKeyId: string; readonly secretAccessKey: string };
}

/** Objects in a bucket of S3, or of what speaks its protocol. Large ones are put in parts; checksums are CRC-32, of the whole object. */
export class S3Store implements ObjectStore {
  readonly name: string;
  readonly #client: S3Client;
  readonly #bucket: string;
  readonly #prefix: string;

  constructor({ bucket, prefix = '', endpoint, region = 'us-east-1', pathStyle = endpoint !== undefined, credentials }: S3Settings) {
    this.name = `s3://${bucket}/${prefix}`;
    this.#bucket = bucket;
    this.#prefix = prefix;
    this.#client = new S3Client({
      region,
      forcePathStyle: pathStyle,
      maxAttempts: S3_ATTEMPTS_MAX,
      // Ours go with each request, and blocks have their own.
      requestChecksumCalculation: 'WHEN_REQUIRED',
      responseChecksumValidation: 'WHEN_REQUIRED',
      requestHandler: { httpAgent: { maxSockets: S3_SOCKETS_MAX }, httpsAgent: { maxSockets: S3_SOCKETS_MAX } },
      ...(endpoint !== undefined && { endpoint }),
      ...(credentials !== undefined && { credentials }),
    });
  }

  async put(key: string, body: ObjectBody, options: PutOptions = {}): Promise<'stored' | 'exists'> {
    try {
      await (body.bytes > OBJECT_PART_BYTES ? this.#putInParts(key, body, options) : this.#putWhole(key, body, options));
      return 'stored';
    } catch (error) {
      // 409: somebody else is putting it in this moment.
      if (options.ifAbsent && [409, 412].includes(statusOf((error as Error).cause) ?? 0)) return 'exists';
      throw error;
    }
  }

  async get(key: string, at: number, bytes: number, signal?: AbortSignal): Promise<Uint8Array> {
    if (bytes === 0) return new Uint8Array();
    const command = new GetObjectCommand({ ...this.#place(key), Range: `bytes=${at}-${at + bytes - 1}` });
    try {
      return await this.#sending(key, async () => {
        const { Body } = await this.#client.send(command, { abortSignal: signal });
        return (await Body?.transformToByteArray()) ?? new Uint8Array();
      });
    } catch (error) {
      if (statusOf((error as Error).cause) === 416) return new Uint8Array();
      throw error;
    }
  }

  async head(key: string, signal?: AbortSignal): Promise<ObjectHead | null> {
    const command = new HeadObjectCommand({ ...this.#place(key), ChecksumMode: 'ENABLED' });
    try {
      const head = await this.#sending(key, () => this.#client.send(command, { abortSignal: signal }));
      return { bytes: head.ContentLength ?? 0, crc32: crcOf(head), archive: archiveOf(head) };
    } catch (error) {
      // Nothing tells a missing bucket from a missing object here.
      if (error instanceof ObjectStoreError && error.kind === 'missing') return null;
      throw error;
    }
  }

  async list(prefix: string, after = '', signal?: AbortSignal): Promise<ListPage> {
    const command = new ListObjectsV2Command({
      Bucket: this.#bucket,
      Prefix: this.#prefix + prefix,
      MaxKeys: OBJECT_LIST_MAX,
      ...(after !== '' && { StartAfter: this.#prefix + after }),
    });
    const { Contents = [], IsTruncated = false } = await this.#sending(prefix, () => this.#client.send(command, { abortSignal: signal }));
    const objects = Contents.map(({ Key = '', Size = 0 }) => ({ key: Key.slice(this.#prefix.length), bytes: Size }));
    return { objects, more: IsTruncated };
  }

  async delete(key: string, signal?: AbortSignal): Promise<void> {
    const command = new DeleteObjectCommand(this.#place(key));
    try {
      await this.#sending(key, () => this.#client.send(command, { abortSignal: signal }));
    } catch (error) {
      if (!(error instanceof ObjectStoreError && error.kind === 'missing')) throw error;
    }
  }

  async restore(key: string, days: number, signal?: AbortSignal): Promise<ArchiveState> {
    const head = await this.head(key, signal);
    if (head === null) throw new ObjectStoreError('missing', `${this.name}${key} is missing`);
    if (head.archive !== 'archived') return head.archive;
    const RestoreRequest = { Days: days, GlacierJobParameters: { Tier: 'Standard' as const } };
    const command = new RestoreObjectCommand({ ...this.#place(key), RestoreRequest });
    try {
      await this.#sending(key, () => this.#client.send(command, { abortSignal: signal }));
      return 'archived';
    } catch (error) {
      if (((error as Error).cause as Error)?.name === 'RestoreAlreadyInProgress') return 'restoring';
      throw error;
    }
  }

  async #putWhole(key: string, body: ObjectBody, { ifAbsent = false, storageClass, signal }: PutOptions): Promise<void> {
    const command = new PutObjectCommand({
      ...this.#place(key),
      Body: await body.read(0, body.bytes),
      ContentLength: body.bytes,
      ChecksumCRC32: base64Of(body.crc32),
      ...(ifAbsent && { IfNoneMatch: '*' }),
      ...(storageClass !== undefined && { StorageClass: storageClass as StorageClass }),
    });
    await this.#sending(key, () => this.#client.send(command, { abortSignal: signal }));
  }

  /** One part after the other: uploads have time, and a part is what they take of memory. */
  async #putInParts(key: string, body: ObjectBody, { ifAbsent = false, storageClass, signal }: PutOptions): Promise<void> {
    const partBytes = Math.max(OBJECT_PART_BYTES, Math.ceil(body.bytes / OBJECT_PARTS_MAX));
    const send = { abortSignal: signal };
    const checksums = { ChecksumAlgorithm: 'CRC32', ChecksumType: 'FULL_OBJECT' } as const;
    const begun = new CreateMultipartUploadCommand({
      ...this.#place(key),
      ...checksums,
      ...(storageClass !== undefined && { StorageClass: storageClass as StorageClass }),
    });
    const { UploadId } = await this.#sending(key, () => this.#client.send(begun, send));
    try {
      const Parts: CompletedPart[] = [];
      for (let at = 0; at < body.bytes; at += partBytes) {
        const Body = await body.read(at, Math.min(partBytes, body.bytes - at));
        const part = { PartNumber: Parts.length + 1, ChecksumCRC32: base64Of(crc32(Body)) };
        const command = new UploadPartCommand({ ...this.#place(key), UploadId, ...part, Body, ContentLength: Body.length });
        const { ETag } = await this.#sending(key, () => this.#client.send(command, send));
        Parts.push({ ...part, ETag });
      }
      const finished = new CompleteMultipartUploadCommand({
        ...this.#place(key),
        UploadId,
        MultipartUpload: { Parts },
        ChecksumCRC32: base64Of(body.crc32),
        ChecksumType: checksums.ChecksumType,
        ...(ifAbsent && { IfNoneMatch: '*' }),
      });
      await this.#sending(key, () => this.#client.send(finished, send));
    } catch (error) {
      // Parts that stay cost money until the bucket's own rule removes them.
      await this.#client.send(new AbortMultipartUploadCommand({ ...this.#place(key), UploadId })).catch(() => {});
      throw error;
    }
  }

  /** What a request ends with as this port has it; what fails beside it passes. */
  async #sending<T>(key: string, send: () => Promise<T>): Promise<T> {
    try {
      return await send();
    } catch (cause) {
      const { name, message } = cause as Error;
      throw new ObjectStoreError(faultOf(cause), `${this.name}${key}: ${name}: ${message}`, { cause });
    }
  }

  #place(key: string): { readonly Bucket: string; readonly Key: string } {
    assert(isObjectKey(key), `no key: ${key}`);
    return { Bucket: this.#bucket, Key: this.#prefix + key };
  }
}

function faultOf(error: unknown): ObjectStoreFault {
  const { name } = error as Error;
  const status = statusOf(error);
  if (name === 'InvalidObjectState') return 'archived';
  if (status === 404) return 'missing';
  if (status === 401 || status === 403 || name === 'CredentialsProviderError') return 'denied';
  if (status === 501) return 'refused';
  // Without a status there was no answer. Too many requests, too slow ones, and bytes that came changed may go better the next time.
  return status === undefined || status >= 500 || [408, 409, 429].includes(status) || name === 'BadDigest' ? 'away' : 'refused';
}

function statusOf(error: unknown): number | undefined {
  return (error as { $metadata?: { httpStatusCode?: number } } | undefined)?.$metadata?.httpStatusCode;
}

/** Of the whole object: that of parts is of no use. */
function crcOf({ ChecksumCRC32 = '', ChecksumType = 'FULL_OBJECT' }: HeadObjectCommandOutput): number | null {
  const bytes = Buffer.from(ChecksumCRC32, 'base64');
  return bytes.length === 4 && ChecksumType === 'FULL_OBJECT' ? bytes.readUInt32BE() : null;
}

/** Those that are read only after a restore; instant retrieval is none of them. */
const ARCHIVES: ReadonlySet<string> = new Set(['GLACIER', 'DEEP_ARCHIVE']);

function archiveOf({ StorageClass: storageClass, ArchiveStatus, Restore }: HeadObjectCommandOutput): ArchiveState {
  if (!ARCHIVES.has(storageClass ?? '') && ArchiveStatus === undefined) return 'not archived';
  if (Restore === undefined) return 'archived';
  return Restore.includes('ongoing-request="true"') ? 'restoring' : 'restored';
}

function base64Of(crc: number): string {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(crc);
  return bytes.toString('base64');
}
