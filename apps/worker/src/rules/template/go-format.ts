/** Numbers and `printf` as Go prints them, so that templates written for Prometheus read the same here. */

/** `%v` of a float64: the shortest digits; an exponent below 1e-4 and from 1e6 on. `humanize` is for people. */
export function formatFloat(value: number): string {
  if (!Number.isFinite(value)) return special(value);
  const exponent = decimalExponent(value);
  return exponent < -4 || exponent >= 6 ? padExponent(value.toExponential()) : plain(value);
}

/** `%.Ng`: N significant digits without trailing zeros. */
export function formatSignificant(value: number, digits: number): string {
  if (!Number.isFinite(value)) return special(value);
  const precision = Math.max(1, digits);
  const [mantissa, exponentText] = value.toExponential(precision - 1).split('e');
  const exponent = Number(exponentText);
  if (exponent < -4 || exponent >= precision) return padExponent(`${stripZeros(mantissa)}e${exponentText}`);
  return stripZeros(value.toFixed(Math.max(0, precision - 1 - exponent)));
}

const VERB = /%(?:%|([-+0]*)(\d*)(?:\.(\d+))?([a-zA-Z]))/g;

/** `%v %s %q %d %f %g %e %%`, with flags, width and precision. Throws a RangeError that names what does not fit. */
export function sprintf(format: string, args: readonly (string | number)[]): string {
  let next = 0;
  const text = format.replace(VERB, (match: string, flags: string, width: string, precision: string | undefined, verb: string) => {
    if (match === '%%') return '%';
    if (next >= args.length) throw new RangeError(`printf ${JSON.stringify(format)} wants more values than it is given`);
    return pad(verbText(verb, args[next++], precision === undefined ? null : Number(precision), flags), Number(width || 0), flags);
  });
  if (next < args.length) throw new RangeError(`printf ${JSON.stringify(format)} is given more values than it wants`);
  return text;
}

function verbText(verb: string, value: string | number, precision: number | null, flags: string): string {
  const text = (number: string) => (flags.includes('+') && !number.startsWith('-') ? `+${number}` : number);
  switch (verb) {
    case 'v':
      return typeof value === 'number' ? text(formatFloat(value)) : value;
    case 's':
      return precision === null ? String(value) : [...String(value)].slice(0, precision).join('');
    case 'q':
      return JSON.stringify(String(value));
    case 'd':
      return text(String(Math.trunc(numeric(verb, value))));
    case 'f':
      return text(fixed(numeric(verb, value), precision ?? 6));
    case 'e':
      return text(padExponent(numeric(verb, value).toExponential(precision ?? 6)));
    case 'g':
      return text(precision === null ? formatFloat(numeric(verb, value)) : formatSignificant(numeric(verb, value), precision));
    default:
      throw new RangeError(`printf does not know %${verb}`);
  }
}

function numeric(verb: string, value: string | number): number {
  if (typeof value === 'number') return value;
  throw new RangeError(`printf %${verb} wants a number, not ${JSON.stringify(value)}`);
}

function pad(text: string, width: number, flags: string): string {
  if (flags.includes('-')) return text.padEnd(width);
  if (!flags.includes('0') || text.length >= width) return text.padStart(width);
  const sign = /^[-+]/.test(text) ? text[0] : '';
  return sign + text.slice(sign.length).padStart(width - sign.length, '0');
}

/** `toFixed` turns to exponents from 1e21 on. */
function fixed(value: number, digits: number): string {
  if (!Number.isFinite(value)) return special(value);
  return Math.abs(value) < 1e21 ? value.toFixed(digits) : plain(value) + (digits > 0 ? `.${'0'.repeat(digits)}` : '');
}

function special(value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  return value > 0 ? '+Inf' : '-Inf';
}

function decimalExponent(value: number): number {
  return value === 0 ? 0 : Number(value.toExponential().split('e')[1]);
}

function plain(value: number): string {
  if (Object.is(value, -0)) return '-0';
  const text = String(value);
  return text.includes('e') ? BigInt(value).toString() : text;
}

const stripZeros = (text: string) => (text.includes('.') ? text.replace(/\.?0+$/, '') : text);

/** Go writes at least two digits of an exponent. */
const padExponent = (text: string) => text.replace(/e([+-])(\d)$/, 'e$10$2');
