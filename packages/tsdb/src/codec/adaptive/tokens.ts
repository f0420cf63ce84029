import { BitReader, BitRow } from './bit-row.ts';
import { type Code, canonicalCodes, codeLengths } from './huffman.ts';
import { putCodes, SYMBOLS_MAX, takeCodes, takeListedCodes } from './token-codes.ts';
import { bitLength, type WideReader } from './wide-bytes.ts';

/**
 * Signed 64-bit numbers, most of them zero or alike: a token says how many zeros come before a number, and which class
 * the number is of. Tokens have Huffman codes; what tells the numbers of a class apart follows each code.
 *
 *   tokens := codes  (code  low bits of the run  low bits of the number)*        the last byte is filled up with zeros
 *   symbol := 0                                            the rest is zero
 *           | 1 + (run class · 256 + number class)
 *
 * Run classes 0 to 3 are the runs themselves; class c from 4 on is a run of 2^(c-2) and what its c - 2 low bits say.
 * The class of a number is its bit length less one, the bit below the highest, and the sign, from the highest bit to the lowest.
 *
 * Dense tokens are one for each number: no run comes before it, and symbol 0 is one zero.
 */
export type TokenForm =
  /** With the codes of token-codes.ts. */
  | 'tokens'
  /** The same, of less than half of which are zero. */
  | 'dense tokens'
  /** With listed codes, in version 3 of blocks: tokens := symbols:varint  codes … */
  | 'listed tokens';

export interface EncodedTokens {
  readonly form: Exclude<TokenForm, 'listed tokens'>;
  readonly row: BitRow;
}

/** Null when there are too many symbols. */
export function encodeTokens(numbers: readonly bigint[]): EncodedTokens | null {
  const zeros = numbers.filter((number) => number === 0n).length;
  const form = 2 * zeros < numbers.length ? 'dense tokens' : 'tokens';
  const tokens = form === 'tokens' ? tokensOf(numbers) : numbers.map((number) => (number === 0n ? ZERO : tokenOf(0, number)));
  const counts = new Map<number, number>();
  for (const { symbol } of tokens) counts.set(symbol, (counts.get(symbol) ?? 0) + 1);
  if (counts.size > SYMBOLS_MAX) return null;
  const lengths = codeLengths(counts);
  const codes = new Map((canonicalCodes(lengths) as Code[]).map((code) => [code.symbol, code]));
  const row = new BitRow();
  putCodes(row, lengths, form === 'dense tokens');
  for (const token of tokens) {
    row.putCode(codes.get(token.symbol) as Code);
    row.put(BigInt(token.run), runBits(token.symbol));
    row.put(token.magnitude, numberBits(token.symbol));
  }
  return { form, row };
}

/** Throws `RangeError` on damage. */
export function decodeTokens(reader: WideReader, count: number, form: TokenForm): bigint[] {
  const symbols = form === 'listed tokens' ? Number(reader.varint()) : 0;
  const bits = new BitReader(reader);
  const codes = form === 'listed tokens' ? takeListedCodes(bits, symbols) : takeCodes(bits, form === 'dense tokens');
  const numbers = new Array<bigint>(count).fill(0n);
  for (let at = 0; at < count; at++) {
    const symbol = bits.takeSymbol(codes);
    if (symbol === 0 && form === 'dense tokens') continue;
    if (symbol === 0) break;
    at += runBase(symbol) + Number(bits.take(runBits(symbol)));
    if (at >= count) throw new RangeError('a number behind the last one');
    const magnitude = (numberHead(symbol) << BigInt(numberBits(symbol))) | bits.take(numberBits(symbol));
    numbers[at] = BigInt.asIntN(64, (symbol - 1) & 1 ? -magnitude : magnitude);
  }
  return numbers;
}

interface Token {
  readonly symbol: number;
  /** Of run and magnitude only the low bits that the classes leave open are written. */
  readonly run: number;
  readonly magnitude: bigint;
}

/** Or the rest is zero. */
const ZERO: Token = { symbol: 0, run: 0, magnitude: 0n };

function tokensOf(numbers: readonly bigint[]): Token[] {
  const tokens: Token[] = [];
  let run = 0;
  for (const number of numbers) {
    if (number === 0n) {
      run++;
      continue;
    }
    tokens.push(tokenOf(run, number));
    run = 0;
  }
  return run > 0 ? [...tokens, ZERO] : tokens;
}

function tokenOf(run: number, number: bigint): Token {
  const magnitude = number < 0n ? -number : number;
  return { symbol: 1 + runClass(run) * 256 + numberClass(magnitude, number < 0n), run, magnitude };
}

function runClass(run: number): number {
  return run < 4 ? run : 1 + bitLength(BigInt(run));
}

function numberClass(magnitude: bigint, negative: boolean): number {
  const length = bitLength(magnitude);
  const second = length > 1 ? Number((magnitude >> BigInt(length - 2)) & 1n) : 0;
  return ((length - 1) << 2) | (second << 1) | Number(negative);
}

function runBits(symbol: number): number {
  const each = runClassOf(symbol);
  return each < 4 ? 0 : each - 2;
}

function runBase(symbol: number): number {
  const each = runClassOf(symbol);
  return each < 4 ? each : 2 ** (each - 2);
}

function runClassOf(symbol: number): number {
  return symbol === 0 ? 0 : (symbol - 1) >> 8;
}

function numberBits(symbol: number): number {
  return symbol === 0 ? 0 : Math.max(0, (((symbol - 1) >> 2) & 63) - 1);
}

/** The highest bits, as the class says. */
function numberHead(symbol: number): bigint {
  const each = symbol - 1;
  return ((each >> 2) & 63) === 0 ? 1n : BigInt(2 | ((each >> 1) & 1));
}
