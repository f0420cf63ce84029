// Where everything lies. Pages behind `END` are the host's to give: of series' rows (rows.ts), and of blocks (blocks.ts).

/** Samples that are appended at once; the host's `APPENDED_AT_ONCE_MAX` is the same. */
export const INPUT_MAX: u32 = 16384;

/** What is appended: the address of each sample's row, 0 when the host does not know it, and its value. */
export const INPUT_ROWS: usize = memory.data(4 * INPUT_MAX, 16);
export const INPUT_VALUES: usize = memory.data(8 * INPUT_MAX, 16);

/** Samples of a chunk that there is room for. */
export const CHUNK_SAMPLES_MAX: u32 = 120;

/** A series' open samples, when they are brought together: their times since the window's start, u32. Their values are in the codec's `VALUES`. */
export const OFFSETS: usize = memory.data(4 * CHUNK_SAMPLES_MAX + 16, 16);

/** The length of a window: the host's `WINDOW_MS`. */
export const WINDOW_MS: i32 = 7200000;

/** Chunks end up in a page of 64 KiB: the host's `PAGE_WORDS`. */
export const PAGE_WORDS: u32 = 16384;

/** A page that is being filled, and the columns of times on it that were used last (sealer.ts). Those of memory, and those of what is saved. */
export const SEALER_BYTES: i32 = 4 * 16384 + 16 * 512 + 16;
export const LIVE: usize = memory.data(SEALER_BYTES, 16);
export const SAVED: usize = memory.data(SEALER_BYTES, 16);

/** The first byte that is the host's. */
export const END: usize = __heap_base;
