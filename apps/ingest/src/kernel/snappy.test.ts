import { type Prng, prng } from '@tidemark/base';
import { type KernelConstant, loadKernel } from '@tidemark/base/kernel';
import { snappyDecompress } from '@tidemark/base/wire';
import { expect, test } from 'vitest';

interface SnappyExports {
  readonly BODY: KernelConstant;
  readonly MESSAGE: KernelConstant;
  decompress(bodyLength: number): number;
}

const { exports, memory } = loadKernel<SnappyExports>(new URL('../../dist/remote-write.wasm', import.meta.url), 8192);
const bytes = new Uint8Array(memory);

/** What the kernel makes of a body, and what the plain reader does; null is a refusal. */
function both(body: Uint8Array): { kernel: Buffer | null; plain: Buffer | null } {
  bytes.set(body, exports.BODY.value);
  const length = exports.decompress(body.length);
  const plain = snappyDecompress(body, 2 ** 24);
  return {
    kernel: length < 0 ? null : Buffer.from(bytes.slice(exports.MESSAGE.value, exports.MESSAGE.value + length)),
    plain: plain.kind === 'bytes' ? plain.bytes : null,
  };
}

/** Elements of every kind and length, in their shortest form and in longer ones, near and far. */
function randomBody(random: Prng): Uint8Array {
  const body: number[] = [];
  let length = 0;
  for (let elements = random.int(1, 200); elements > 0; elements--) {
    const size = random.int(1, 65);
    const distance = random.chance(0.5) ? random.int(1, 100) : random.int(1, 70_000);
    if (distance > length || random.chance(0.2)) {
      const literal = random.chance(0.05) ? random.int(1, 3000) : Math.min(60, size);
      if (literal <= 60 && random.chance(0.9)) body.push((literal - 1) << 2);
      else if (literal <= 256 && random.chance(0.5)) body.push(60 << 2, literal - 1);
      else body.push(63 << 2, (literal - 1) & 255, (literal - 1) >> 8, 0, 0);
      for (let i = 0; i < literal; i++) body.push(random.bits() & 255);
      length += literal;
    } else if (distance < 2048 && size >= 4 && size < 12) {
      body.push(1 | ((size - 4) << 2) | ((distance >> 8) << 5), distance & 255);
      length += size;
    } else {
      const isLong = distance > 65_535 || random.chance(0.05);
      body.push((isLong ? 3 : 2) | ((size - 1) << 2), distance & 255, (distance >> 8) & 255);
      if (isLong) body.push(distance >> 16, 0);
      length += size;
    }
  }
  return Uint8Array.from([(length & 127) | 128, ((length >> 7) & 127) | 128, length >> 14, ...body]);
}

test('elements of every kind', () => {
  for (let seed = 1; seed <= 400; seed++) {
    const { kernel, plain } = both(randomBody(prng(seed)));
    expect(plain, `seed ${seed}`).not.toBeNull();
    expect(kernel?.equals(plain as Buffer), `seed ${seed}`).toBe(true);
  }
});

test('what is broken is refused where the plain reader refuses it', () => {
  let refused = 0;
  for (let seed = 1; seed <= 2000; seed++) {
    const random = prng(seed);
    const body = randomBody(random);
    const bad = body.slice(0, random.chance(0.3) ? random.int(3, body.length + 1) : body.length);
    for (let i = random.int(0, 3); i > 0; i--) bad[random.int(0, bad.length)] = random.bits();
    const { kernel, plain } = both(bad);
    if (plain === null) refused++;
    expect(kernel === null ? null : kernel.toString('hex'), `seed ${seed}`).toBe(plain === null ? null : plain.toString('hex'));
  }
  expect(refused).toBeGreaterThan(300);
});
