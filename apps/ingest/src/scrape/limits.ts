/** Bounds of scraping and discovery, each with the reason for its size. */

/** A decompressed scrape where the job sets no body_size_limit: some million samples, and far from what ends a process. */
export const SCRAPE_BODY_BYTES_MAX = 256 * 1024 * 1024;

/** An HTTP discovery answer: tens of thousands of targets. */
export const DISCOVERY_BODY_BYTES_MAX = 32 * 1024 * 1024;

/** As in Go's HTTP client, which exporters are tried with. */
export const REDIRECTS_MAX = 10;

/** Metadata is said again now and then, for readers that joined the log later. Small beside the samples of that time. */
export const METADATA_REPEAT_MS = 10 * 60 * 1000;

/** How often files (the configuration, discovery files) are looked at for changes. A stat each is cheap, and works on every file system. */
export const FILE_POLL_MS = 1000;

/** A discovery answer must come within this time; the last good one stays in use otherwise. */
export const DISCOVERY_TIMEOUT_MS = 10_000;

/** Targets that relabeling dropped are listed up to this number for each job; beyond it they are only counted. */
export const DROPPED_TARGETS_SHOWN_MAX = 1000;

/**
 * A scrape that starts this little after its planned time carries the planned one, so that times are evenly
 * spaced, which stores in almost nothing. One hundredth of the interval, and never more than 20 ms.
 */
export const ALIGN_MS_MAX = 20;

/** Series that a target's table may hold beside twice the live ones, so that small targets do not begin tables often. */
export const SERIES_SPARE = 1000;
