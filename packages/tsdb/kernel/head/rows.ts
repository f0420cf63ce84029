// What is known of a series beside its samples, in 32 bytes, so that an append touches one line of the cache for it:
//
//   closed  f64   no open sample is at or before this time; 0 before the first chunk
//   state   u32   time of the newest open sample since the window's start, and the number of open samples above it: 0 of what is closed
//   window  i32   of the open samples, counted from 1970
//   block   u32   of the newest open sample
//   first   u32   time of the first open sample since the window's start
//   newest  u32   the chunk that was sealed last, 0 for none
//   place   u32   the series' place and one, 0 when it has left

export const CLOSED: usize = 0;
export const STATE: usize = 8;
export const WINDOW: usize = 12;
export const BLOCK: usize = 16;
export const FIRST: usize = 20;
export const NEWEST: usize = 24;
export const PLACE: usize = 28;

/** A window's milliseconds fit in as many bits. */
export const OFFSET_BITS: u32 = 23;
export const OFFSET_MASK: u32 = (1 << OFFSET_BITS) - 1;
