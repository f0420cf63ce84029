import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ByteReader, ByteWriter } from './bytes.ts';

test('integers, strings and floats come back as they were written', () => {
  fc.assert(
    fc.property(
      fc.maxSafeNat(),
      fc.integer({ min: -(2 ** 51), max: 2 ** 51 }),
      fc.string({ unit: 'binary' }),
      fc.double(),
      (natural, signed, text, float) => {
        const writer = new ByteWriter(1);
        writer.varint(natural);
        writer.zigzag(signed);
        writer.string(text.toWellFormed());
        writer.f64(float);
        const reader = new ByteReader(writer.finish());
        expect(reader.varint()).toBe(natural);
        expect(reader.zigzag()).toBe(signed);
        expect(reader.string()).toBe(text.toWellFormed());
        expect(reader.f64()).toBe(float);
        expect(reader.remaining).toBe(0);
      },
    ),
  );
});

test('cut bytes and overlong integers are refused with a RangeError', () => {
  expect(() => new ByteReader(new Uint8Array([0x80])).varint()).toThrow(RangeError);
  expect(() => new ByteReader(new Uint8Array(9).fill(0xff)).varint()).toThrow(RangeError);
  expect(() => new ByteReader(new Uint8Array([5, 65])).string()).toThrow(RangeError);
  expect(() => new ByteReader(new Uint8Array([1, 0xff])).string()).toThrow(RangeError);
});

test('varints are read many at a time, as far as there are bytes', () => {
  const numbers = [0, 1, 127, 128, 16_383, 16_384, 0xffffffff, 5];
  const out = new ByteWriter();
  for (const number of numbers) out.varint(number);
  const reader = new ByteReader(out.finish());
  expect([...reader.varints(3), ...reader.varints(5), ...reader.varints(0)]).toEqual(numbers);
  expect(reader.remaining).toBe(0);
  expect(() => reader.varints(1)).toThrow(RangeError);
  expect(() => new ByteReader(Uint8Array.of(1, 0x80)).varints(2)).toThrow(RangeError);
  expect(() => new ByteReader(Uint8Array.of(0x80, 0x80, 0x80, 0x80, 0x10)).varints(1)).toThrow(RangeError);
});
