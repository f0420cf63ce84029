/** Samples of one request: ingest decodes them in two milliseconds, and a partition appends them in five; live samples wait no longer. */
export const REQUEST_SAMPLES = 10_000;

/** Series of one request: each brings its labels along. */
export const REQUEST_SERIES = 2_000;

/** The part of the time in which Tidemark works for the import; in the rest nothing of it is under way. */
export const SHARE = 0.5;

/** Samples after which the import waits until they are taken in, and then rests: some tens of milliseconds of work. */
export const STRETCH_SAMPLES = 100_000;

/** The worker has caught up when no more of the log waits, in the partition that is furthest behind: live senders keep adding. */
export const WAITING_RECORDS = 4;

/** How long the import waits between two looks at the worker. */
export const LOOK_EVERY_MS = 25;

/** The import rests while memory is fuller than this part of what it may be: the rest is for live series. */
export const MEMORY_PART = 0.7;

/** A server that does not answer is asked again for so long: a restart with a long replay. */
export const PATIENCE_MS = 10 * 60_000;

export const RETRY_MS_MIN = 250;
export const RETRY_MS_MAX = 10_000;

/** An answer that takes longer is as good as none. */
export const ANSWER_MS_MAX = 60_000;

/** A window of time that is imported as a whole, so that it becomes one block: as long as the engine's own. */
export const WINDOW_MS = 2 * 3_600_000;

/** A line of OpenMetrics: labels may take 128 times 9 KiB. */
export const LINE_BYTES_MAX = 2 ** 21;

/** Samples of a file that wait for their window in memory, at 24 bytes each, before they go to a file beside. */
export const SPOOL_SAMPLES = 2_000_000;

/** An answer of remote read, decompressed, when the server does not stream: two hours of half a million series at 1 min. */
export const READ_BYTES_MAX = 2 ** 30;

/** A frame of a streamed answer: Prometheus sends 1 MiB, or one series that is larger. */
export const FRAME_BYTES_MAX = 2 ** 28;

/** A sample whose time is further ahead is refused by the engine: clocks differ by minutes. */
export const FUTURE_MS = 10 * 60_000;

/** On a terminal the bar is drawn at most this often; elsewhere a line is written. */
export const DRAW_EVERY_MS = 100;
export const LINE_EVERY_MS = 10_000;
