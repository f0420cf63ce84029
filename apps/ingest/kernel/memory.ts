// Where everything lies. The memory never grows, so that the host's views of it stay valid; pages that nobody has touched cost nothing.

/** A request as sent, and decompressed: larger ones are left to the host. */
export const BODY_BYTES_MAX: u32 = 4 * 1024 * 1024;
export const MESSAGE_BYTES_MAX: u32 = 16 * 1024 * 1024;

/** Samples of a request, and series that are new in one. */
export const SAMPLES_MAX: u32 = 512 * 1024;
export const NEW_MAX: u32 = 256 * 1024;

/** Strings of one request of remote write 2.0, and references of one series. */
export const SYMBOLS_MAX: u32 = 256 * 1024;
export const REFERENCES_MAX: u32 = 512;

/** Whole words are read and written up to this far behind the last byte. */
const SLACK_BYTES: u32 = 64;

const FIRST: usize = 64 * 1024;
export const BODY: usize = FIRST;
export const MESSAGE: usize = BODY + BODY_BYTES_MAX + SLACK_BYTES;

/** A request's samples: series number u32, time f64 in milliseconds, value u64 bits. */
export const NUMBERS: usize = MESSAGE + MESSAGE_BYTES_MAX + SLACK_BYTES;
export const TIMES: usize = NUMBERS + 4 * SAMPLES_MAX;
export const VALUES: usize = TIMES + 8 * SAMPLES_MAX;

/** A request's new series, in the order of their numbers: u32 the record of each. */
export const NEW: usize = VALUES + 8 * SAMPLES_MAX;

/** Remote write 2.0: the text of each symbol, and of the references of the series being read. */
export const SYMBOLS: usize = NEW + 4 * NEW_MAX;
export const REFERENCES: usize = SYMBOLS + 4 * SYMBOLS_MAX;

/** Remote write 2.0: what the request says of its metrics; see metadata.ts. */
export const METADATA: usize = REFERENCES + 4 * REFERENCES_MAX;
export const METADATA_BYTES: u32 = 20;
export const METADATA_MAX: u32 = NEW_MAX;
/** By number of a metadata: the request that had it last. */
export const METADATA_SEEN: usize = METADATA + METADATA_BYTES * METADATA_MAX;
export const METADATA_NUMBERS_MAX: u32 = 64 * 1024;

/** What stays from request to request: texts, series, their tables. */
export const ARENA: usize = METADATA_SEEN + 4 * METADATA_NUMBERS_MAX;
