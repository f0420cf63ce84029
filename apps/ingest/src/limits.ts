/** More do not help: one log writer serves all. */
export const THREADS_MAX = 64;

/** One takes some five million samples a second, more than the worker takes on three further cores. */
export function defaultThreads(cores: number): number {
  return Math.min(THREADS_MAX, Math.max(1, Math.floor(cores / 4)));
}

/** A request as sent. Prometheus sends up to 2,000 samples, some 50 KB; backfills and agents send more. */
export const REQUEST_BYTES_MAX = 16 * 1024 * 1024;

/** The same once decompressed, checked before a byte is: a small request must not become a large one. */
export const DECOMPRESSED_BYTES_MAX = 64 * 1024 * 1024;

/** A JSON document once decompressed: it is parsed in one go, and other requests wait. */
export const JSON_BYTES_MAX = 16 * 1024 * 1024;

/** Labels of one series. Kubernetes targets have up to 40. */
export const LABELS_PER_SERIES_MAX = 128;

/** UTF-8 bytes of a label's name: what Mimir allows by default. */
export const LABEL_NAME_BYTES_MAX = 1024;

/** UTF-8 bytes of a label's value: room for a long URL, not for a document. */
export const LABEL_VALUE_BYTES_MAX = 8192;

/** Samples of one series in one request: a day at 1 s. */
export const SAMPLES_PER_SERIES_MAX = 86_400;

/**
 * Samples of one request, and with it series: 250 times what Prometheus sends, 10 MB of columns. A migration sends more requests, not
 * larger ones.
 */
export const SAMPLES_PER_REQUEST_MAX = 512 * 1024;

/** UTF-8 bytes of a metric's help text that are kept; the rest is cut off. */
export const HELP_BYTES_MAX = 4096;

/** What an entry of a cache costs beside its bytes. */
export const CACHE_ENTRY_BYTES = 200;

/** Strings that the decoders share, in bytes, twice over. */
export const STRING_CACHE_BYTES = 32 * 1024 * 1024;

/** Tenants whose series' places are remembered, twice over. */
export const PLACED_TENANTS_MAX = 1_000;

/**
 * A new log has a partition for each core, which a thread of the worker takes up; beyond this many each of them would have too little
 * to do, and every batch would be cut into small records. `--partitions` says more.
 */
export const NEW_LOG_PARTITIONS_MAX = 16;

/** Samples that wait for the log over all partitions, some seconds of a busy ingest: 25 MB of columns. Beyond it, 503; 429 for a tenant that holds half of it beside others. */
export const WAITING_SAMPLES_MAX = 1_500_000;

/** A flush waits so long for those that waited for the one before: senders answer within some 0.2 ms, and a commit takes as long at least. */
export const GATHER_MS_MAX = 1;

/** Counters of what waits, by tenant: 16 KB, in which a hundred tenants that send at once seldom meet. */
export const TENANT_PLACES = 4096;

/** Samples whose memory a lane keeps for the next ones; a larger crowd's is given back. 5 MB of columns. */
export const KEPT_SAMPLES_MAX = 256 * 1024;

/** How long such a sender should wait. */
export const RETRY_AFTER_MS = 1_000;

/** How long a sender should wait while the log's disk is low: somebody has to free space. */
export const RETRY_AFTER_LOW_DISK_MS = 10_000;

/** Of an exemplar's names and values together: what OpenMetrics allows. */
export const EXEMPLAR_LABELS_CHARS_MAX = 128;

/** Exemplars of one record, beside a record's samples of about that much. */
export const EXEMPLARS_BYTES_PER_RECORD = 1024 * 1024;

/** Metadata entries in one record, so that it stays far below the log's limit whatever the help texts are. */
export const METADATA_PER_RECORD = 1_000;

/**
 * Series that a decoder names in one table before it begins another, which names those that are still sent anew: that costs as
 * much as a restart of the sender, so it is well above what one ingest is meant for, a million active series.
 */
export const SERIES_TABLE_MAX = 1536 * 1024;

/** Series that have not come for so long are taken to have ended: what sends less often costs a little more. */
export const SERIES_ENDED_MS = 5 * 60_000;

/** A table may hold half as many ended series as there are others, and so many besides: 10 MB. Smaller ones are not worth beginning anew. */
export const SERIES_SPARE = 64 * 1024;

/**
 * The same of a decoder that makes labels of each series it is sent: what is unusual, or broken in part. Such a sender's series are
 * fewer, and cost some 400 bytes each.
 */
export const PLAIN_SERIES_MAX = 256 * 1024;

/** Metadata that a decoder remembers, of which one request may bring half: more than a large fleet's families have. */
export const METADATA_NUMBERS_MAX = 64 * 1024;

/** Bodies of scrapes that all targets read with one kernel, in 35 MiB of address space: 40,000 series. Memory is taken as it is used. */
export const EXPOSITION_BYTES_USUAL = 4 * 1024 * 1024;

/**
 * The largest body that ingest takes (scrape/limits.ts). Larger ones than usual are read with a kernel of eight or of 64 times the size, in
 * 280 MiB or 2.2 GiB of address space, which goes with the last target that needs it; without the memory they are read slowly.
 */
export const EXPOSITION_BYTES_MAX = 64 * EXPOSITION_BYTES_USUAL;

/**
 * How long before a sample its series may have started for a zero to be stored there. As in Prometheus, whose blocks of two hours take
 * what is up to half as old.
 */
export const START_ZERO_AGE_MS_MAX = 3_600_000;

/** Lines, and metric families, that a target's parser remembers beside twice those of its last scrape. */
export const LINES_SPARE = 1000;
