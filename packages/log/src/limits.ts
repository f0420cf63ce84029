import { assert } from '@tidemark/base';

/** One frame of the file log and one message in Kafka: few and large, but never so large that a reader stalls on one. */
export const RECORD_BYTES_MAX = 16 * 1024 * 1024;

/** The encoder ends a record about here: below Kafka's usual 1 MB message limit, far above the cost of a frame. */
export const RECORD_BYTES_TARGET = 768 * 1024;

/** Samples that the kernel encodes or decodes at once: what a record of the target's size can hold, at ten bytes each. */
export const KERNEL_SAMPLES_MAX = 80 * 1024;

/** Bytes of a record's samples that the kernel takes: the worst that so many samples make, 25 bytes each, and some more. */
export const KERNEL_BYTES_MAX = 4 * 1024 * 1024;

/** A consumer can begin at any epoch's beginning, so this bounds what a restart reads again. */
export const EPOCH_MS_MAX = 5 * 60_000;

/** Series and strings announced in one epoch. A partition with more active series begins epochs too often: add partitions. */
export const EPOCH_ENTRIES_MAX = 4 * 1024 * 1024;

/** Text announced in one epoch, in UTF-8 bytes: what churn may cost the producer and every consumer in memory. */
export const EPOCH_TEXT_MAX = 256 * 1024 * 1024;

/** Table numbers that a decoder believes: what an epoch may hold, and one record's announcements beyond it. */
export const TABLE_NUMBER_MAX = EPOCH_ENTRIES_MAX + 2 * RECORD_BYTES_TARGET;

/** Producers whose epoch a decoder remembers: restarts of ingest within the log's retention, and many machines. */
export const DECODER_PRODUCERS_MAX = 4096;

/** Waiting for a commit, over all partitions: some seconds of a busy ingest. Beyond it appends are refused. */
export const QUEUE_BYTES_MAX = 64 * 1024 * 1024;

/** A segment is what retention drops at once and what a late reader must walk through. */
export const SEGMENT_BYTES_MAX = 64 * 1024 * 1024;

/** A quiet partition begins a new segment after this time as well, so that retention by age can drop the old one. */
export const SEGMENT_MS_MAX = 60 * 60_000;

/** Of a commit: so much goes to the system's memory in a fraction of a millisecond, less than handing it to another thread and back takes. */
export const WRITE_NOW_BYTES_MAX = 1024 * 1024;

/** What a reader takes from disk at once; one larger record is read alone. */
export const READ_BYTES = 1024 * 1024;

/** How long a refused sender should wait: a commit of a full queue takes about this long on a slow disk. */
export const RETRY_AFTER_MS = 1_000;

/** After the disk refused: time for somebody, or for retention, to free space. */
export const RETRY_AFTER_DISK_MS = 5_000;

/** Retention is looked at this often while records arrive. */
export const RETENTION_EVERY_MS = 60_000;

/** A reader looks by itself this often, in case the system's change events do not arrive (a network file system). */
export const POLL_MS = 100;

/** The same where change events cannot be had at all: still below the promised 10 ms. */
export const POLL_WITHOUT_EVENTS_MS = 5;

assert(RECORD_BYTES_TARGET < RECORD_BYTES_MAX / 4, 'a record may end well after its target');
assert(25 * KERNEL_SAMPLES_MAX < KERNEL_BYTES_MAX, 'what the kernel encodes fits its memory');
assert(RECORD_BYTES_MAX <= QUEUE_BYTES_MAX && RECORD_BYTES_MAX <= SEGMENT_BYTES_MAX, 'every record fits the queue and a segment');
