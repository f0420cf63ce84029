import { type BesideForm, differencesBeside, formBeside, movesOf, stepsBeside } from './beside.ts';
import { type Bet, signedResiduals, smaller, worthTrying } from './orders.ts';
import { decodeTokens, type EncodedTokens, encodeTokens, type TokenForm } from './tokens.ts';
import { decodeUnit, encodeUnit, UNIT_MAX, unitBytes } from './unit.ts';
import { unzigzag, varintBytes, type WideReader, WideWriter, zigzag } from './wide-bytes.ts';

/**
 * Signed 64-bit integers, as residuals of one of four guesses. All arithmetic wraps at 64 bits.
 *
 *   integers := flags:u8  first:zigzag  [factor:varint]  [bias:zigzag]  (unit* | tokens)
 *   flags    := order, 4 more when there is a factor, 16 more when there are tokens, 24 when these are dense, 8 when they have listed codes
 *              (version 3 of blocks); beside a root 32, 64, 128 more when they are opposed, gated, apart (beside.ts)
 *
 * With k = (integer - first) / factor:
 *
 *   order 0   k - bias                           bias is the least k
 *   order 1   zigzag(k - previous k)             0 for the first
 *   order 2   k - previous k - bias              bias is the least such difference; 0 for the first
 *   order 3   zigzag(difference - previous difference)
 *
 * Tokens have signs: there is no zigzag for them. The bias is the majority's, so that most residuals are zero; with order 0 it may be one below
 * the least as well: then none is, and those of many small values and few large ones have short classes. Which of these is the shortest is
 * guessed (orders.ts), and the best or the two best guesses are tried. Units are taken in place of tokens where they are hardly longer: they are read
 * several times as fast.
 */
export function encodeIntegers(integers: readonly bigint[], mayScale: boolean, mayTokens: boolean): WideWriter {
  const first = integers[0];
  const factor = mayScale ? commonFactor(integers) : 1n;
  const steps = integers.map((integer) => BigInt.asIntN(64, integer - first) / factor);
  const best = (mayTokens ? guessTokens(steps) : guessUnits(steps, ORDERS)) as Guess;
  const out = new WideWriter();
  writeHead(out, best.order, first, factor, best.bias, best.tokens);
  if (best.tokens) best.tokens.row.writeTo(out);
  else for (const unit of unitsOf(best.residuals)) encodeUnit(out, unit);
  return out;
}

/** Throws `RangeError` on damage. */
export function decodeIntegers(reader: WideReader, count: number): bigint[] {
  const head = readHead(reader);
  return stepsAfter(head, reader, count).map((step) => BigInt.asIntN(64, head.first + head.factor * step));
}

/** Told against the steps of a root: order 1 with tokens, in the form that is given or the best one. Null when there are too many symbols. */
export function encodeBeside(integers: readonly bigint[], root: readonly bigint[], mayScale = true, given?: BesideForm): WideWriter | null {
  const first = integers[0];
  const factor = mayScale ? commonFactor(integers) : 1n;
  const steps = integers.map((integer) => BigInt.asIntN(64, integer - first) / factor);
  const form = given ?? formBeside(steps, root);
  const tokens = encodeTokens(differencesBeside(steps, root, form));
  if (tokens === null) return null;
  const out = new WideWriter();
  writeHead(out, 1, first, factor, null, tokens, form);
  tokens.row.writeTo(out);
  return out;
}

/** Throws `RangeError` on damage. */
export function decodeBeside(reader: WideReader, count: number, root: readonly bigint[]): bigint[] {
  const head = readHead(reader, true);
  return decodeStepsBeside(head, reader, count, root).map((step) => BigInt.asIntN(64, head.first + head.factor * step));
}

/** The same of what has nothing else to do with the root than that it rests where that does. */
export function decodeGated(reader: WideReader, count: number, root: readonly bigint[]): bigint[] {
  const head = readHead(reader, true);
  if (!head.form.apart) throw new RangeError('integers that are not apart from their root');
  return decodeStepsBeside(head, reader, count, root).map((step) => BigInt.asIntN(64, head.first + head.factor * step));
}

/** What the integers of a root are told as, in units of their factor; `base` is what it is told against itself. Throws `RangeError` on damage. */
export function decodeSteps(reader: WideReader, count: number, base: readonly bigint[] | null): bigint[] {
  const head = readHead(reader, base !== null);
  return base === null ? stepsAfter(head, reader, count) : decodeStepsBeside(head, reader, count, base);
}

function decodeStepsBeside({ order, tokens, form }: Head, reader: WideReader, count: number, root: readonly bigint[]): bigint[] {
  if (order !== 1 || tokens === null || root.length !== count || (form.apart && (form.opposed || !form.gated)))
    throw new RangeError('integers that are not beside a root');
  return stepsBeside(decodeTokens(reader, form.gated ? movesOf(root).length : count, tokens), root, form);
}

interface Head {
  readonly order: number;
  readonly tokens: TokenForm | null;
  readonly form: BesideForm;
  readonly first: bigint;
  readonly factor: bigint;
  readonly bias: bigint;
}

function writeHead(
  out: WideWriter,
  order: number,
  first: bigint,
  factor: bigint,
  bias: bigint | null,
  tokens?: EncodedTokens,
  form = ALONE,
): void {
  const beside = (form.opposed ? OPPOSED : 0) | (form.gated ? GATED : 0) | (form.apart ? APART : 0);
  out.u8(order | (factor > 1n ? SCALED : 0) | (tokens ? TOKEN_FLAGS[tokens.form] : 0) | beside);
  out.zigzag(first);
  if (factor > 1n) out.varint(factor);
  if (bias !== null) out.zigzag(bias);
}

function readHead(reader: WideReader, beside = false): Head {
  const flags = reader.u8();
  if (flags >= OPPOSED && !beside) throw new RangeError('flags that are not known');
  const form = { opposed: (flags & OPPOSED) !== 0, gated: (flags & GATED) !== 0, apart: (flags & APART) !== 0 };
  const order = flags & 3;
  const first = reader.zigzag();
  const factor = flags & SCALED ? reader.varint() : 1n;
  const bias = order === 0 || order === 2 ? reader.zigzag() : 0n;
  const tokens = TOKEN_FORMS.find((each) => TOKEN_FLAGS[each] === (flags & TOKENS)) ?? null;
  return { order, tokens, form, first, factor, bias };
}

function stepsAfter({ order, tokens, bias }: Head, reader: WideReader, count: number): bigint[] {
  if (tokens) return stepsOfTokens(decodeTokens(reader, count, tokens), order, bias);
  const residuals: bigint[] = [];
  for (let left = count; left > 0; left -= UNIT_MAX) residuals.push(...decodeUnit(reader, Math.min(left, UNIT_MAX)));
  return stepsOf(residuals, order, bias);
}

interface Guess {
  readonly order: number;
  readonly bias: bigint | null;
  readonly residuals: readonly bigint[];
  readonly tokens?: EncodedTokens;
  /** Of bias and units, or of bias and tokens. */
  readonly bytes: number;
}

const ORDERS = [0, 1, 2, 3];
const SCALED = 4;
const TOKEN_FORMS: readonly TokenForm[] = ['listed tokens', 'tokens', 'dense tokens'];
const TOKEN_FLAGS: Record<TokenForm, number> = { 'listed tokens': 8, tokens: 16, 'dense tokens': 24 };
const TOKENS = 24;
const OPPOSED = 32;
const GATED = 64;
const APART = 128;
const ALONE: BesideForm = { opposed: false, gated: false, apart: false };

function guess(steps: readonly bigint[], order: number): Guess {
  const differences = steps.map((step, i) => (i === 0 ? 0n : BigInt.asIntN(64, step - steps[i - 1])));
  let bias: bigint | null = null;
  let residuals: bigint[];
  if (order === 0) {
    const least = steps.reduce(smaller);
    bias = least;
    residuals = steps.map((step) => BigInt.asUintN(64, step - least));
  } else if (order === 1) {
    residuals = differences.map(zigzag);
  } else if (order === 2) {
    const least = differences.length === 1 ? 0n : differences.slice(1).reduce(smaller);
    bias = least;
    residuals = differences.map((difference, i) => (i === 0 ? 0n : BigInt.asUintN(64, difference - least)));
  } else {
    residuals = differences.map((difference, i) => (i === 0 ? 0n : zigzag(difference - differences[i - 1])));
  }
  const units = unitsOf(residuals).reduce((sum, unit) => sum + unitBytes(unit), 0);
  return { order, bias, residuals, bytes: units + (bias === null ? 0 : varintBytes(zigzag(bias))) };
}

function stepsOf(residuals: readonly bigint[], order: number, bias: bigint): bigint[] {
  if (order === 0) return residuals.map((residual) => residual + bias);
  let step = 0n;
  let difference = 0n;
  return residuals.map((residual, i) => {
    if (order === 1) difference = unzigzag(residual);
    else if (order === 2) difference = i === 0 ? 0n : residual + bias;
    else difference += unzigzag(residual);
    step += difference;
    return step;
  });
}

/** The shortest, the first of equals, of those that are shorter than `least`. */
function guessUnits(steps: readonly bigint[], orders: readonly number[], least = Number.POSITIVE_INFINITY): Guess | null {
  const [best] = orders.map((order) => guess(steps, order)).sort((a, b) => a.bytes - b.bytes);
  return best.bytes < least ? best : null;
}

function guessTokens(steps: readonly bigint[]): Guess {
  const tried = worthTrying(steps)
    .map((bet) => withTokens(steps, bet))
    .filter((each) => each !== null);
  const best = tried.length > 0 ? tried.reduce(shorter) : null;
  if (best === null) return guessUnits(steps, ORDERS) as Guess;
  if (8 * best.bytes < steps.length) return best;
  const orders = steps.length <= UNIT_MAX ? ORDERS : best.order === 0 || best.order === 3 ? [best.order] : [1, 2];
  return guessUnits(steps, orders, best.bytes + Math.floor(best.bytes / UNITS_SHARE) + 1) ?? best;
}

/** Units are hardly longer: by a thirty-second, or not at all. */
const UNITS_SHARE = 32;

/** Null when there are too many symbols. */
function withTokens(steps: readonly bigint[], bet: Bet): Guess | null {
  const residuals = signedResiduals(steps, bet);
  const { order, bias } = bet;
  const tokens = encodeTokens(residuals);
  return tokens && { order, bias, residuals, tokens, bytes: tokens.row.bytes + (bias === null ? 0 : varintBytes(zigzag(bias))) };
}

function stepsOfTokens(residuals: readonly bigint[], order: number, bias: bigint): bigint[] {
  if (order === 0) return residuals.map((residual) => residual + bias);
  let step = 0n;
  let difference = 0n;
  return residuals.map((residual, i) => {
    if (order === 3) difference += residual;
    else difference = i === 0 ? 0n : residual + bias;
    step += difference;
    return step;
  });
}

function unitsOf(residuals: readonly bigint[]): bigint[][] {
  return Array.from({ length: Math.ceil(residuals.length / UNIT_MAX) }, (_, i) => residuals.slice(i * UNIT_MAX, (i + 1) * UNIT_MAX));
}

/** The greatest number that divides every difference of neighbours; 1 when there is none. */
function commonFactor(integers: readonly bigint[]): bigint {
  let factor = 0n;
  for (let i = 1; i < integers.length; i++) {
    let rest = integers[i] - integers[i - 1];
    if (rest < 0n) rest = -rest;
    while (rest !== 0n) [factor, rest] = [rest, factor % rest];
  }
  return factor === 0n ? 1n : factor;
}

function shorter(least: Guess, each: Guess): Guess {
  return each.bytes < least.bytes ? each : least;
}
