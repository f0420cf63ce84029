// Comparing and hashing bytes. All may read, and never use, up to 31 bytes behind the last one.

/** 32 bytes of ones, and 32 of zeros. */
const ONES: usize = memory.data(64, 16);
memory.fill(ONES, 0xff, 32);

/** Bits that are not zero when `count` bytes differ: for what is mostly equal, and is not to be told apart by branches. */
export function difference(a: usize, b: usize, count: u32): v128 {
  let bits = i64x2(0, 0);
  for (; count > 32; count -= 32) {
    bits = v128.or(bits, v128.or(difference16(a, b), difference16(a + 16, b + 16)));
    a += 32;
    b += 32;
  }
  const wanted = ONES + 32 - count;
  const first = v128.and(difference16(a, b), v128.load(wanted));
  return v128.or(bits, v128.or(first, v128.and(difference16(a + 16, b + 16), v128.load(wanted, 16))));
}

function difference16(a: usize, b: usize): v128 {
  return v128.xor(v128.load(a), v128.load(b));
}

/** Are `count` bytes equal? */
export function equal(a: usize, b: usize, count: u32): bool {
  if (count >= 16) {
    const last = count - 16;
    for (let i: u32 = 0; i < last; i += 16) if (v128.any_true(v128.xor(v128.load(a + i), v128.load(b + i)))) return false;
    return !v128.any_true(v128.xor(v128.load(a + last), v128.load(b + last)));
  }
  if (count >= 8) return ((load<u64>(a) ^ load<u64>(b)) | (load<u64>(a + count - 8) ^ load<u64>(b + count - 8))) === 0;
  return count === 0 || (load<u64>(a) ^ load<u64>(b)) << (64 - ((<u64>count) << 3)) === 0;
}

// The primes and the round of XXH64 (Yann Collet, xxHash specification 0.1.1). The host sets the seed at random, so that
// nobody can send series whose hashes are equal.
const PRIME_1: u64 = (0x9e3779b1 << 32) | 0x85ebca87;
const PRIME_2: u64 = (0xc2b2ae3d << 32) | 0x27d4eb4f;
const PRIME_3: u64 = (0x165667b1 << 32) | 0x9e3779f9;
const PRIME_4: u64 = (0x85ebca77 << 32) | 0xc2b2ae63;
let seed: u64 = 0;

export function setSeed(low: u32, high: u32): void {
  seed = ((<u64>high) << 32) | <u64>low;
}

function round(accumulator: u64, word: u64): u64 {
  return rotl<u64>(accumulator + word * PRIME_2, 31) * PRIME_1;
}

export function hash(at: usize, count: u32): u32 {
  const end = at + count;
  let a: u64 = seed + PRIME_1;
  let b: u64 = seed + PRIME_2;
  for (; at + 16 <= end; at += 16) {
    a = round(a, load<u64>(at));
    b = round(b, load<u64>(at, 8));
  }
  let h = rotl<u64>(a, 7) + rotl<u64>(b, 18) + <u64>count;
  if (at + 8 <= end) {
    h = rotl<u64>(h ^ round(0, load<u64>(at)), 27) * PRIME_1 + PRIME_4;
    at += 8;
  }
  if (at < end) {
    const rest = load<u64>(at) & (((<u64>1) << ((<u64>(end - at)) << 3)) - 1);
    h = rotl<u64>(h ^ round(0, rest), 27) * PRIME_1 + PRIME_4;
  }
  h ^= h >> 33;
  h *= PRIME_2;
  h ^= h >> 29;
  h *= PRIME_3;
  return <u32>(h ^ (h >> 32));
}
