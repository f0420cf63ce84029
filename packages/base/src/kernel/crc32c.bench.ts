/** `node packages/base/src/kernel/crc32c.bench.ts`: CRC-32C, plain and as a kernel, beside the CRC-32 that Node has. */
import { crc32 } from 'node:zlib';
import { crc32c as plain } from '../crc32c.ts';
import { crc32c } from './crc32c-kernel.ts';

const ROUNDS = 9;
const BYTES = 2 ** 24;
const bytes = Uint8Array.from({ length: BYTES }, (_, i) => Math.imul(i, 0x9e3779b1) >>> 13);
const forms: [string, (from: number, to: number) => number][] = [
  ['plain', (from, to) => plain(bytes, from, to)],
  ['kernel', (from, to) => crc32c(bytes, from, to)],
  ['CRC-32 of Node', (from, to) => crc32(bytes.subarray(from, to))],
];

for (const size of [128, 1024, 4096, 16_384, 2 ** 20]) {
  for (const [name, checksum] of forms) {
    const each = Array.from({ length: ROUNDS }, () => {
      const start = process.cpuUsage();
      for (let at = 0; at < BYTES; at += size) checksum(at, at + size);
      const { user, system } = process.cpuUsage(start);
      return ((user + system) * 1000) / BYTES;
    });
    console.log(`${name}, ${size} bytes at a time`.padEnd(40), Math.min(...each).toFixed(3), 'ns/byte');
  }
}
