// The first byte of a chunk's values.

export const ONE_VALUE: u32 = 1;
export const BITS: u32 = 3;
export const RECALLED: u32 = 5;

/** 9 to 11: near decimals that rise, as sums, with 3, 6 or 9 digits behind the point. */
export const SUMS: u32 = 8;

/** Kinds that have an exponent, in the lowest four bits. 0x20 alone are histograms: near decimals have some digits behind the point. */
export const ONE_DECIMAL: u32 = 0x10;
export const NEAR_DECIMALS: u32 = 0x20;
export const DECIMALS: u32 = 0x30;
export const WITH_EXPONENT: u32 = 0x30;

/** The same in blocks before version 8: a byte of its own has the exponent. */
export const APART_ONE_DECIMAL: u32 = 0;
export const APART_DECIMALS: u32 = 2;
export const APART_NEAR_DECIMALS: u32 = 4;

/** Decimals that are told against a root. */
export const BESIDE: u32 = 0x40;
export const WITH_SPECIALS: u32 = 0x80;

/** So many values back an equal one is looked for. */
export const RECALL_MAX: u32 = 64;

/** A value is near a decimal within this many steps of its last bit. */
export const CORRECTION_MAX: i64 = 1 << 20;
