// Where everything lies. The memory never grows, so that the host's views of it stay valid; pages that nobody has touched cost nothing.

/** Samples of a record; the host's `KERNEL_SAMPLES_MAX` is the same. */
export const SAMPLES_MAX: u32 = 80 * 1024;

/** A record's groups, as bytes: the worst that samples can make of themselves, and what is read. The host's `KERNEL_BYTES_MAX`. */
export const BYTES_MAX: u32 = 4 * 1024 * 1024;

/** Whole words are read and written up to this far behind the last byte. */
const SLACK_BYTES: u32 = 64;

const FIRST: usize = 64 * 1024;

/** A record's samples: series number u32, time f64 in milliseconds, value u64 bits. */
export const NUMBERS: usize = FIRST;
export const TIMES: usize = NUMBERS + 4 * SAMPLES_MAX + SLACK_BYTES;
export const VALUES: usize = TIMES + 8 * SAMPLES_MAX + SLACK_BYTES;

/** Groups of one time: f64, and where each ends, counted in samples, u32. */
export const GROUP_TIMES: usize = VALUES + 8 * SAMPLES_MAX + SLACK_BYTES;
export const GROUP_ENDS: usize = GROUP_TIMES + 8 * SAMPLES_MAX;

/** By sample: its group. By group: its slot. By position in groups: the sample. All u32. */
export const GROUP_OF: usize = GROUP_ENDS + 4 * SAMPLES_MAX;
export const SLOT_OF: usize = GROUP_OF + 4 * SAMPLES_MAX;
export const POSITIONS: usize = SLOT_OF + 4 * SAMPLES_MAX;

/** From a time to its group and one, u32; 0 is free. */
export const SLOT_BITS: u64 = 18;
export const SLOTS: usize = POSITIONS + 4 * SAMPLES_MAX;

export const BYTES: usize = SLOTS + (4 << (<u32>SLOT_BITS));
export const END: usize = BYTES + BYTES_MAX + SLACK_BYTES;

/** Item `at` of a column of u32, and of one of 8 bytes. */
export function word(column: usize, at: u32): usize {
  return column + ((<usize>at) << 2);
}

export function double(column: usize, at: u32): usize {
  return column + ((<usize>at) << 3);
}
