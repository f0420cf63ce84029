// The first byte of a chunk's values.

export const ONE_DECIMAL: u32 = 0;
export const ONE_VALUE: u32 = 1;
export const DECIMALS: u32 = 2;
export const BITS: u32 = 3;
export const NEAR_DECIMALS: u32 = 4;
export const RECALLED: u32 = 5;
/** Decimals that are told against a root. */
export const BESIDE: u32 = 0x40;
export const WITH_SPECIALS: u32 = 0x80;

/** So many values back an equal one is looked for. */
export const RECALL_MAX: u32 = 64;

/** A value is near a decimal within this many steps of its last bit. */
export const CORRECTION_MAX: i64 = 1 << 20;
