import { assert } from '@tidemark/base';
import type { QueryLimits } from '@tidemark/tsdb';

/** Every bound of the worker, with the reason for its size. */

/** How long a query may run. A person has given up by then, and a dashboard has asked again. */
export const QUERY_DEADLINE_MS = 30_000;

/** Samples that one query may load: at 16 bytes each, 0.8 GB at the worst. Prometheus has the same bound. */
export const QUERY_SAMPLES_MAX = 50_000_000;

/** Series that one query may touch: about a gigabyte of labels and columns, and more than a person can read. */
export const QUERY_SERIES_MAX = 500_000;

export const QUERY_LIMITS: QueryLimits = { deadlineMs: QUERY_DEADLINE_MS, samplesMax: QUERY_SAMPLES_MAX, seriesMax: QUERY_SERIES_MAX };

/** Queries evaluated at once: they share the partitions' threads, so more of them only hold more memory for longer. */
export const QUERIES_RUNNING_MAX = 8;

/** Queries that may wait for their turn: beyond it the wait alone would outlast the deadline. */
export const QUERIES_WAITING_MAX = 1_000;

/** Parsed expressions that are kept: every panel and rule of a large installation. */
export const PARSED_QUERIES_MAX = 5_000;

/** While rules or live views are at work, people's queries together get one slice of a few milliseconds each this long. */
export const GIVE_WAY_MS = 20;

/** Points of one series in a range query. Prometheus' bound: finer than any screen. */
export const RANGE_POINTS_MAX = 11_000;

/** A form's body; Go's own bound, and far above any query. */
export const FORM_BYTES_MAX = 10 * 1024 * 1024;

/** Queries of one remote read: a Prometheus sends one. */
export const READ_QUERIES_MAX = 100;

/** A frame of a streamed remote read, which its reader holds in memory: Prometheus' size. */
export const READ_FRAME_BYTES = 1024 * 1024;

/** A remote read's answer in one message, before it is compressed: six million samples. Who wants more takes a stream. */
export const READ_ANSWER_BYTES_MAX = 128 * 1024 * 1024;

/** A tRPC call's body: a dashboard with 200 panels of 20 long queries. */
export const RPC_BYTES_MAX = 10 * 1024 * 1024;

/** JSON is sent in pieces of about this size: few writes, and never a whole matrix as one string. */
export const REPLY_PIECE_CHARS = 64 * 1024;

/**
 * What is longer is compressed for whoever takes it so. A connection sends ten segments before it waits for its other end (RFC 6928): what
 * they hold is there at once, compressed or not, and compressing it costs as much as a small query.
 */
export const PLAIN_REPLY_CHARS_MAX = 14_600;

/** Numbers of an answer that are encoded for the web before others run: a millisecond. */
export const ENCODED_AT_ONCE = 100_000;

/** Rows of a completion list: more than anybody scrolls through. */
export const COMPLETIONS_MAX = 100;

/** Metrics of a completion list before anything is typed: the words of the language shall be seen too. */
export const METRICS_UNTYPED_MAX = 60;

/** What an explanation under the pointer may take to count series: later nobody looks at it. */
export const HOVER_DEADLINE_MS = 2_000;

/** Values that a regular expression under the pointer is held against: some milliseconds. */
export const HOVER_MATCHED_MAX = 20_000;

/** Selectors of one expression whose labels are asked for, each a question to the store: beyond it help is not complete. */
export const EDITOR_SELECTORS_MAX = 20;

/** Values of a label that are named in one: as many as are read. */
export const HOVER_VALUES_MAX = 10;

/** Samples from which it is told how far apart a metric's lie: a few series are enough, and more would take noticeably long. */
export const INTERVAL_SAMPLES_MAX = 200_000;

/** For how long that is taken to hold: it changes when somebody changes a configuration. */
export const INTERVALS_FRESH_MS = 60_000;

/** Metrics of which it is known: those that people write about now. */
export const INTERVALS_KNOWN_MAX = 5_000;

/** Names that share a part with one that is not there: among so many the nearest is looked for, which takes a few milliseconds. */
export const NEAR_CANDIDATES_MAX = 500;

/** Of the nearest so many are named. */
export const NEAR_NAMES_MAX = 3;

/** How far back completion and the metric list look: what was lately there, not what is long gone. */
export const COMPLETION_WINDOW_MS = 60 * 60_000;

/** Names are asked for anew after this: typing is quick, and new metrics are rare. */
export const NAMES_FRESH_MS = 5_000;

/** Nobody who types waits for that, unless what is known is older than this. */
export const NAMES_STALE_MS = 30_000;

/** A long list stays fresh for so many times what asking for it took: no more than a fiftieth of the time goes there. */
export const NAMES_FRESH_TIMES = 50;

/** What is known of metrics is asked for anew after this: it changes with releases of what is watched. */
export const METADATA_FRESH_MS = 60_000;

/** Lists of names that are kept for that long: one for each label and selector that somebody types at. */
export const NAME_LISTS_MAX = 500;

/** Rows of an instant result for the web: a table beyond it is not read, and the browser slows down. */
export const INSTANT_ROWS_MAX = 10_000;

/**
 * A partition that has caught up holds everything accepted until this long ago: a batch becomes durable, and is seen by its
 * reader, within a few tens of milliseconds of being accepted. Ticks come this much after their second.
 */
export const SETTLE_MS = 100;

/** A worker that has replayed is ready once it is no further behind than this; later lag is shown, and does not take readiness back. */
export const READY_LAG_MS = 3_000;

/** How long ingest may take after a crash to look at its log and say where it ends: it reads the last segments, some hundred megabytes. */
export const LOG_END_PATIENCE_MS = 15_000;

/** Consuming lets queries and alerts run after this long. */
export const CONSUME_SLICE_MS = 5;

/**
 * Series whose labels a partition thread and the main thread name by numbers: what dashboards and rules ask for again and again, at about
 * a kilobyte each on both sides together.
 */
export const LABELS_KNOWN_MAX = 50_000;

/** A partition thread begins to answer the calls of one message for this long before consuming has its turn. */
export const CALLS_SLICE_MS = 4;

/** The main thread goes on with what came back for this long before requests have their turn. */
export const RETURNS_SLICE_MS = 4;

/** How far the partitions of a thread have come is told this long after there is news, for all of them together: each telling costs two threads. */
export const PROGRESS_EVERY_MS = 10;

/** Refusals of one reason are written to the log of the process at most this often; all are counted. */
export const REFUSAL_LOG_EVERY_MS = 60_000;

/** The part of the machine's memory that series and samples may take, over all partitions: queries, upkeep and the page cache need the rest. */
export const HEAD_MEMORY_PART = 0.5;

/** The part that decoded samples of blocks may take, which dashboards ask again: 64 MiB of 4 GiB. A thread takes no more than 256 MiB. */
export const DECODED_MEMORY_PART = 1 / 64;

/**
 * A partition's share of the series that a tenant may have: series are spread by hash, so one partition may have somewhat more than
 * its part. Four standard deviations more keep it from refusing before the tenant has its number; the tenant may get as much beyond it.
 */
export function seriesShare(seriesMax: number, partitions: number): number {
  const part = seriesMax / partitions;
  return Math.min(seriesMax, Math.ceil(part + 4 * Math.sqrt(part)));
}

/** Pages of blocks in object stores that are kept on this disk, over all partitions, unless told otherwise: it fits every disk, and holds days. */
export const FAR_CACHE_BYTES = 2 ** 30;

/** Younger blocks are still merged, and late samples still come for them: moving them would be work for nothing. */
export const PLACE_AGE_MS_MIN = 4 * 3_600_000;

/** Days for which an archived block is brought back when nobody says how many, and the most. */
export const RESTORE_DAYS = 3;
export const RESTORE_DAYS_MAX = 365;

/** Between two rounds of upkeep: sealing and retention are a matter of minutes. */
export const MAINTAIN_EVERY_MS = 15_000;

/** What ingest may take to name its targets: it answers from memory. */
export const INGEST_TIMEOUT_MS = 3_000;

/** The folders are walked at most this often: the figures move slowly, and the walk is not free. */
export const STORAGE_FRESH_MS = 10_000;

/** The window over which the status page states the rate of samples. */
export const RATE_WINDOW_MS = 10_000;

assert(SETTLE_MS < 1_000, 'a tick must come before the next one is due');
assert(READY_LAG_MS > 1_000 + SETTLE_MS, 'the watermark of an idle log moves once a second');
assert(CONSUME_SLICE_MS < SETTLE_MS, 'consuming must not hold a tick back');

/** What partitions have said of what they keep is taken as it is for so long: less than the shortest time between two rounds of upkeep. */
export const TIERS_KNOWN_MS = 1000;

/** Tenants of which that is known. */
export const TENANTS_ASKED_MAX = 1000;

/** Warnings, and infos, beside a query's answer: Prometheus' number, so that one that warns of each of many series stays readable. */
export const NOTES_MAX = 10;
