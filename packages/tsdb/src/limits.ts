import { assert, type Millis } from '@tidemark/base';
import { longestAgeMs, type RetentionRules, rawRetention } from './compact/retention.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** What an engine may hold. Every field can be set per engine; `DEFAULT_LIMITS` gives the reasons. */
export interface EngineLimits {
  readonly seriesPerTenantMax: number;
  readonly seriesPerMetricMax: number;
  readonly headBytesMax: number;
  readonly lateWindowMs: Millis;
  readonly backfillMs: Millis;
  readonly futureMs: Millis;
  readonly retention: RetentionRules;
  readonly indexCacheBytes: number;
  readonly decodedBytes: number;
  readonly farCacheBytes: number;
  readonly metadataPerTenantMax: number;
  readonly exemplarsPerTenantMax: number;
  readonly unsavedSamplesMax: number;
  readonly rollups: boolean;
  /** What is different for some tenants, by name. */
  readonly tenants: ReadonlyMap<string, Partial<TenantLimits>>;
}

export type TenantLimits = Pick<EngineLimits, 'seriesPerTenantMax' | 'seriesPerMetricMax' | 'lateWindowMs' | 'backfillMs'>;

export const DEFAULT_LIMITS: EngineLimits = {
  /** About 1.4 GB with the samples of an hour at 15 s: what one thread can hold in a process of 4 GiB. */
  seriesPerTenantMax: 2_000_000,
  /** Half of a tenant's: one metric whose labels explode leaves room for the others. */
  seriesPerMetricMax: 1_000_000,
  /** Series and samples of all tenants in memory: a million series at 15 s, three hours of them. Who knows the machine says less or more. */
  headBytesMax: 4 * 2 ** 30,
  /** Agents buffer for minutes when a link breaks, seldom for more than an hour; a window's block waits this long. */
  lateWindowMs: HOUR_MS,
  /** How far behind the newest sample older ones are taken beyond that, into blocks beside: as far as retention goes. 0 forbids it. */
  backfillMs: Number.POSITIVE_INFINITY,
  /** Clocks of senders run ahead by minutes at most; a sample of next year would end the series for everybody. */
  futureMs: 10 * MINUTE_MS,
  retention: rawRetention(15 * DAY_MS),
  /** Labels and postings of the blocks that queries use: some days of 100,000 series. */
  indexCacheBytes: 128 * 2 ** 20,
  /** Values of blocks as they were decoded, which dashboards ask again: two panels of a thousand series over an hour at 1 s. 0: none. */
  decodedBytes: 64 * 2 ** 20,
  /** Pages of blocks in object stores, on this disk: a day of panels over a month of some thousand series. */
  farCacheBytes: 256 * 2 ** 20,
  /** A large fleet exposes some thousand families; a sender that makes names up must not fill the memory. */
  metadataPerTenantMax: 20_000,
  /** The newest ones, of each partition: a quarter of an hour of a fleet that sends some each second. 10 MB in memory, and on disk. */
  exemplarsPerTenantMax: 20_000,
  /** Memory is saved when reading the log again would take a second: with that many samples; fewer, when series must be looked up. */
  unsavedSamplesMax: 8_000_000,
  /** Windows of samples are made for every series: what history is asked of once raw samples are gone, and faster before. */
  rollups: false,
  tenants: new Map(),
};

/** What holds for one tenant. */
export interface LimitsOfTenant extends EngineLimits {
  /** How far back samples are taken: as far as anything of them is kept. */
  readonly takenMs: Millis;
}

export function limitsOf(limits: EngineLimits, tenant: string): LimitsOfTenant {
  return { ...limits, ...limits.tenants.get(tenant), takenMs: longestAgeMs(limits.retention, tenant) };
}

/** What a series with eight labels takes in memory, apart from samples: about 150 in columns and postings, and a value that nobody else has. */
export const HEAD_SERIES_BYTES = 250;

/** A window that old samples come into is written once none has come for this long: senders that catch up come back within seconds. */
export const BACKFILL_REST_MS = MINUTE_MS;

/** The length of a block's window: long enough that chunks fill at 60 s, short enough that the head stays small. */
export const WINDOW_MS = 2 * HOUR_MS;

/** Samples of a chunk in the head: two minutes at 1 s, half an hour at 15 s. Until then they lie open, at 12 bytes each. */
export const CHUNK_SAMPLES_MAX = 120;

/** A chunk in the head may end with so many samples when it spans this much: at 15 s, a quarter of an hour lies open, not half of one. */
export const SLOW_CHUNK_SAMPLES = 56;
export const SLOW_CHUNK_MS = 10 * MINUTE_MS;

/** Samples that the head takes at once: what records mostly have. What is larger goes in parts. */
export const APPENDED_AT_ONCE_MAX = 16_384;

/** Samples of a chunk in a block: 17 minutes at 1 s, a window at 15 s. Longer ones save little; an instant query decodes all of one. */
export const BLOCK_CHUNK_SAMPLES_MAX = 1024;

/** Samples of a chunk that the block codec takes at most: columns of 32 KiB, which stay in a core's second-level cache. */
export const CODEC_SAMPLES_MAX = 4096;

/** Series of one selector that a block knows again: a dashboard's panels ask for some thousands at most. */
export const SELECTION_SERIES_MAX = 2 ** 14;

/** Series of a block at most whose ends are kept once they have been counted: 9 MiB. */
export const ENDS_SERIES_MAX = 2 ** 20;

/** What is kept of each: its labels, and what is known of its chunks. */
export const SELECTED_SERIES_BYTES = 700;

/** Samples of a series that the kernel of windows has room for: three days at 1 s. Longer ones go the plain way. */
export const KERNEL_SAMPLES_MAX = 262_144;

/** Samples of a window that the kernel keeps in order for its quantile: 17 minutes at 1 s. Longer ones are sooner sorted anew. */
export const KERNEL_SORTED_MAX = 1024;

/**
 * Values of series in blocks that a thread keeps as they were decoded, at most: 256 MiB, of which an engine may use `decodedBytes`. Nine
 * panels of a thousand series each over an hour at 1 s.
 */
export const DECODED_VALUES_MAX = 2 ** 25;

/** Resets that are remembered of each, which a query would look through all values for: a counter whose process restarts once a minute for an hour. */
export const DECODED_RESETS_MAX = 64;

/** What one of the last so many selections has used of them stays, when others have no room. */
export const DECODED_TURNS_KEPT = 16;

/** Windows of one series at a time: more than the 11,000 points that a query may ask for. */
export const KERNEL_WINDOWS_MAX = 16_384;

/** Columns of times that a block's writer knows again: the targets of a large fleet. One that it has forgotten is written once more. */
export const COLUMNS_KNOWN_MAX = 65_536;

/** Columns that it knows without encoding them: the series of some targets alternate. */
export const COLUMNS_RECENT = 8;

/** Bytes of columns that a block's writer keeps so that others may be written as parts of them: hundreds of targets at 1 s. */
export const BASES_BYTES_MAX = 16 * 2 ** 20;

/** Series that a block's writer tries one against: its family's first, and its neighbours in label order. Half as many cost 1 % of size; twice as many save nothing. */
export const ROOTS_TRIED = 16;

/** A series may be told against one that is told against one itself: buckets lie between others. A third would save 1 %, and be one more to read. */
export const ROOTS_DEEP_MAX = 2;

/** Of these, those that have moved in the same way most often. */
export const TWINS_TRIED = 4;

/** Bytes of the first of each family, for the writer to try the others against, and as many of those that may be twins: thousands of histograms. */
export const ROOTS_BYTES_MAX = 16 * 2 ** 20;

/** Late samples of one series that wait before they become a chunk: as many as a chunk holds. */
export const LATE_SAMPLES_MAX = CHUNK_SAMPLES_MAX;

/** Deletions whose samples are still in blocks or in the log: a query asks each about each block. More are refused until some are cleaned. */
export const TOMBSTONES_MAX = 1_000;

/** A description is for reading; longer ones are cut. */
export const METADATA_TEXT_MAX = 1024;

/** One read of a block: large enough for the disk, small enough for memory when many queries run. */
export const BLOCK_READ_BYTES_MAX = 2 ** 20;

/** A producer ends its epoch after five minutes; its clock and its batch's may differ by some seconds. */
export const EPOCH_OPEN_MS = 6 * MINUTE_MS;

/** A section of a block's index up to here is deflated at once, in half a millisecond. */
export const DEFLATE_AT_ONCE_BYTES_MAX = 2 ** 14;

/** Objects up to here are put in one request, larger ones in parts of it: a part is sent anew when it fails, and is in memory meanwhile. */
export const OBJECT_PART_BYTES = 16 * 2 ** 20;

/** S3 takes no more parts of an object. */
export const OBJECT_PARTS_MAX = 10_000;

/** A piece of an object on its way from one disk to another. */
export const OBJECT_READ_BYTES = 2 ** 20;

/**
 * A query may take 30 s: it learns within half of that that a store is away, and has the other half for what else it needs. A try is
 * longer than the slowest answers that S3 still gives; after the rest a store that has come back is found soon.
 */
export const STORE_PATIENCE = { tryMs: 8_000, pauseMs: 200, triesMs: 7_000, restMs: 10_000 };

/** An upload is waited for as if the line carried at least this: 128 KiB a second. */
export const OBJECT_UPLOAD_BYTES_PER_MS = 131;

/** What is kept of an object, and asked for, at least: an index page and the chunks beside it; a request costs as much as the next 64 KiB. */
export const CACHE_PAGE_BYTES = 2 ** 16;

/** One request for what lies together: 2 MiB, so that two of them share a line and each is soon there. */
export const FAR_READ_PAGES_MAX = 32;

/** Read ahead for who reads in order: 1 MiB, what a store gives in the time that asking for it takes. */
export const FAR_READ_AHEAD_PAGES_MAX = 16;

/** Stretches of one far block that are asked for at the same time: a store takes as long for eight as for one. */
export const FAR_READS_AT_ONCE = 8;

/** Keys of one answer: S3 gives no more. */
export const OBJECT_LIST_MAX = 1_000;

/** Tries of one request by the SDK, within a second or so; who waits longer is `PatientStore`. */
export const S3_ATTEMPTS_MAX = 3;

/** Connections of one thread to an object store: what a query asks at the same time, and an upload. */
export const S3_SOCKETS_MAX = 24;

/** Bytes gathered before a block's writer goes to the disk. */
export const BLOCK_WRITE_BYTES = 2 ** 18;

/**
 * Of memory that is being saved: brought to the disk so much at a time. A file system that orders data before its journal writes all of it
 * before the log's next commit is durable: of everything at once, for a million series, somebody waits a tenth of a second.
 */
export const SAVED_UNSYNCED_BYTES_MAX = 2 ** 20;

/** Upkeep's slice, after which appends and queries go first: a scavenge of the garbage collector takes some more. */
export const UPKEEP_SLICE_MS = 2;

/** Thinnings of one tenant that are told apart: a file of rules leads to as many as it names ages, and each change of it may to as many again. */
export const THINNED_MAX = 64;

assert(DEFAULT_LIMITS.lateWindowMs <= WINDOW_MS, 'late samples reach back one window at most');
assert(BLOCK_CHUNK_SAMPLES_MAX >= CHUNK_SAMPLES_MAX && BLOCK_CHUNK_SAMPLES_MAX <= CODEC_SAMPLES_MAX, 'the codec has room for a chunk');

/** The start of the window that `atMs` lies in. */
export function windowOf(atMs: Millis): Millis {
  return Math.floor(atMs / WINDOW_MS) * WINDOW_MS;
}
