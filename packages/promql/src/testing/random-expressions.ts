import type { Prng } from '@tidemark/base';
import { SIGNATURES } from '../syntax/signatures.ts';
import { AGGREGATORS } from '../syntax/token.ts';

/**
 * Expressions over a `randomTable`, of which some fail: all of the language, and of each function the kinds of arguments that it takes.
 * Times and lengths are whole multiples of fifteen seconds, so that one can choose whether samples lie on the ends of windows.
 */
export interface Dialect {
  /** When the table begins, for `@`. */
  readonly startS: number;
  readonly functions: readonly string[];
  readonly aggregators: readonly string[];
  /** `</` and `>/`, over native histograms. */
  readonly trims: boolean;
  readonly fills: boolean;
  /** `anchored` and `smoothed`. */
  readonly extensions: boolean;
  readonly durationExpressions: boolean;
  /** What says something else in an instant query: `@ start()`, `step()` and their like. */
  readonly bounds: boolean;
  /** The metrics that there are. */
  readonly metrics: readonly string[];
}

export const WHOLE_LANGUAGE: Dialect = {
  startS: 0,
  // Of start times the tables say nothing.
  functions: [...SIGNATURES.keys()].filter((name) => name !== 'start_timestamp'),
  aggregators: AGGREGATORS,
  trims: false,
  fills: true,
  extensions: true,
  durationExpressions: true,
  bounds: true,
  metrics: ['x_total', 'y', 'y', 'd_bucket'],
};

const BOUNDS = ['start', 'end', 'step', 'range'];

/** In which an instant query at each step says what a range query does. */
export const WITHOUT_BOUNDS: Dialect = {
  ...WHOLE_LANGUAGE,
  functions: WHOLE_LANGUAGE.functions.filter((name) => !BOUNDS.includes(name)),
  bounds: false,
};

/** With native histograms. */
export const HISTOGRAMS_TOO: Dialect = { ...WHOLE_LANGUAGE, trims: true, metrics: ['x_total', 'y', 'd_bucket', 'nh', 'nh', 'nh'] };

export function randomVector(random: Prng, depth: number, dialect: Dialect = WHOLE_LANGUAGE): string {
  return new Speaker(random, dialect).vector(depth);
}

const LABELS = ['', 'i', 'parity', 'i, parity', 'le', 'instance', '__name__', 'nothing'];
const NUMBERS = ['0', '2', '-0.5', '7.3', '1e3', '0x1F', 'NaN', 'Inf', '-Inf'];
const ARITHMETIC = ['+', '-', '*', '/', '%', '^', 'atan2'];
const COMPARISONS = ['>', '<', '>=', '<=', '==', '!='];
const LENGTHS = ['45s', '1m', '2m', '5m', '10m'];

class Speaker {
  readonly #random: Prng;
  readonly #dialect: Dialect;

  constructor(random: Prng, dialect: Dialect) {
    this.#random = random;
    this.#dialect = dialect;
  }

  vector(depth: number): string {
    const random = this.#random;
    if (depth <= 0 || random.chance(0.1)) return this.#selector();
    switch (random.int(0, 12)) {
      case 0:
        return this.#withNumber(depth);
      case 1:
      case 2:
        return this.#joined(depth);
      case 3:
        return `(${this.vector(depth - 1)} ${random.pick(['and', 'or', 'unless'])} ${this.#matching()} ${this.vector(depth - 1)})`;
      case 4:
      case 5:
      case 6:
        return this.#aggregation(depth);
      case 7:
        return random.pick([`-${this.vector(depth - 1)}`, `(${this.vector(depth - 1)})`, `vector(${this.scalar(depth - 1)})`]);
      default:
        return this.#call('vector', depth);
    }
  }

  scalar(depth: number): string {
    const random = this.#random;
    if (depth <= 0 || random.chance(0.4)) return random.pick([...NUMBERS, 'time()']);
    switch (random.int(0, 3)) {
      case 0:
        return `(${this.scalar(depth - 1)} ${random.pick(ARITHMETIC)} ${this.scalar(depth - 1)})`;
      case 1:
        return `(${this.scalar(depth - 1)} ${random.pick(COMPARISONS)} bool ${this.scalar(depth - 1)})`;
      default:
        return this.#call('scalar', depth);
    }
  }

  #selector(): string {
    const random = this.#random;
    const metric = random.pick(this.#dialect.metrics);
    const matchers = random.pick(['', '', '', '{i="1"}', '{parity="even"}', '{i=~"[12]"}', '{parity!~"ev.*"}', '{i!="3", parity="odd"}']);
    const named = random.chance(0.05) ? '{parity="even", __name__=~"x_total|y"}' : `${metric}${matchers}`;
    return `${named}${this.#extension('smoothed')}${this.#shift()}`;
  }

  #matrix(depth: number): string {
    const random = this.#random;
    if (depth > 0 && random.chance(0.35)) {
      const step = random.pick(['', '15s', '30s', '1m', '45s']);
      return `${this.vector(depth - 1)}[${this.#length()}:${step}]${this.#shift()}`;
    }
    const selector = `${random.pick(this.#dialect.metrics)}${random.pick(['', '', '{i="1"}', '{parity="odd"}'])}`;
    return `${selector}[${this.#length()}]${this.#extension(random.pick(['anchored', 'smoothed']))}${this.#shift()}`;
  }

  #length(): string {
    const random = this.#random;
    if (!this.#dialect.durationExpressions || random.chance(0.9)) return random.pick(LENGTHS);
    const lengths = ['1m + 30s', '2 * 1m', '10m / 4', '(1m + 1m) * 2'];
    return random.pick(this.#dialect.bounds ? [...lengths, 'max_of(step(), 1m)', 'min_of(range(), 5m) + 1m'] : lengths);
  }

  #extension(word: string): string {
    return this.#dialect.extensions && this.#random.chance(0.08) ? ` ${word}` : '';
  }

  #shift(): string {
    const random = this.#random;
    const pinned = `@ ${this.#dialect.startS + 15 * random.int(20, 70)}`;
    const at = random.chance(0.1) ? random.pick(this.#dialect.bounds ? ['@ start()', '@ end()', pinned] : [pinned]) : '';
    const offset = random.chance(0.15) ? `offset ${random.pick(['1m', '5m', '-30s', '2m15s'])}` : '';
    const words = (random.chance(0.5) ? [at, offset] : [offset, at]).filter((word) => word !== '');
    return words.map((word) => ` ${word}`).join('');
  }

  #withNumber(depth: number): string {
    const random = this.#random;
    const operator = this.#dialect.trims && random.chance(0.2) ? random.pick(['</', '>/']) : this.#operator();
    const vector = this.vector(depth - 1);
    const scalar = this.scalar(depth - 1);
    return operator.endsWith('/') && operator !== '/' ? `(${vector} ${operator} ${scalar})` : this.#inOrder(vector, operator, scalar);
  }

  #inOrder(vector: string, operator: string, scalar: string): string {
    return this.#random.chance(0.6) ? `(${vector} ${operator} ${scalar})` : `(${scalar} ${operator} ${vector})`;
  }

  #operator(): string {
    const random = this.#random;
    return random.chance(0.5) ? random.pick(ARITHMETIC) : `${random.pick(COMPARISONS)}${random.pick(['', ' bool'])}`;
  }

  #joined(depth: number): string {
    const random = this.#random;
    const matching = this.#matching();
    const include = random.pick(['()', '()', '(parity)', '(job)']);
    const on = /^on \((.*)\)$/.exec(matching)?.[1].split(', ') ?? [];
    const canGroup = matching !== '' && !on.includes(include.slice(1, -1));
    const group = canGroup ? random.pick(['', '', ` group_left ${include}`, ` group_right ${include}`]) : '';
    const fill =
      this.#dialect.fills && random.chance(0.15)
        ? ` ${random.pick(['fill', 'fill_left', 'fill_right'])}(${random.pick(['0', '-3', 'NaN'])})`
        : '';
    return `(${this.vector(depth - 1)} ${this.#operator()} ${matching}${group}${fill} ${this.vector(depth - 1)})`;
  }

  #matching(): string {
    const random = this.#random;
    return random.chance(0.2) ? '' : `${random.pick(['on', 'ignoring'])} (${random.pick(LABELS)})`;
  }

  #aggregation(depth: number): string {
    const random = this.#random;
    const operator = random.pick(this.#dialect.aggregators);
    const grouping = random.pick(['', ` by (${random.pick(LABELS)})`, ` without (${random.pick(LABELS)})`]);
    return `${operator}${grouping} (${this.#parameter(operator)}${this.vector(depth - 1)})`;
  }

  #parameter(operator: string): string {
    const random = this.#random;
    switch (operator) {
      case 'topk':
      case 'bottomk':
      case 'limitk':
        return `${random.pick(['1', '2', '3', '0', 'scalar(y{i="1"})'])}, `;
      case 'limit_ratio':
        return `${random.pick(['0.5', '-0.5', '0.9', '1', '0'])}, `;
      case 'quantile':
        return `${random.pick(['0.5', '0', '1', '0.37', '-1', '2', 'NaN', 'scalar(y)'])}, `;
      case 'count_values':
        return `"${random.pick(['v', 'i'])}", `;
      default:
        return '';
    }
  }

  #call(returns: 'vector' | 'scalar', depth: number): string {
    const random = this.#random;
    const name = random.pick(this.#dialect.functions.filter((name) => SIGNATURES.get(name)?.returns === returns));
    const inner = () => this.vector(depth - 1);
    const share = () => random.pick(['0.5', '0.9', '0.99', '0', '1', '-1', '2', 'NaN']);
    switch (name) {
      case 'label_replace': {
        const [replacement, source, pattern] = random.pick([
          ['$1-x', 'i', '(.*)'],
          ['$1', 'instance', 'host-(.+)'],
          ['', 'i', '1|2'],
          ['new', 'nothing', ''],
          // biome-ignore lint/suspicious/noTemplateCurlyInString: PromQL has this, too.
          ['${rest}$2', 'parity', '(?P<rest>.)(.*)'],
        ]);
        return `label_replace(${inner()}, "${random.pick(['j', 'i', 'parity'])}", "${replacement}", "${source}", "${pattern}")`;
      }
      case 'label_join':
        return `label_join(${inner()}, "${random.pick(['j', 'i'])}", "-"${random.pick(['', ', "i"', ', "parity", "nothing", "i"'])})`;
      case 'sort_by_label':
      case 'sort_by_label_desc':
        return `${name}(${inner()}, ${random.pick(['"i"', '"parity", "i"'])})`;
      case 'info':
        return `info(${inner()}${random.pick(['', ', {version=~".+"}', ', {__name__=~".+_info"}', ', {__name__="build_info", revision="r1"}'])})`;
      case 'histogram_quantile':
        return `histogram_quantile(${share()}, ${this.#buckets(depth)})`;
      case 'histogram_quantiles':
        return `histogram_quantiles(${this.#buckets(depth)}, "q", 0.5, ${share()})`;
      case 'histogram_fraction':
        return `histogram_fraction(${random.pick(['0', '-Inf', '0.3'])}, ${random.pick(['1', 'Inf', '0.7'])}, ${this.#buckets(depth)})`;
      case 'double_exponential_smoothing':
      case 'holt_winters':
        return `${name}(${this.#matrix(depth - 1)}, ${random.pick(['0.5', '0.1', '0.9', '1'])}, ${random.pick(['0.5', '0.3', '0'])})`;
      case 'quantile_over_time':
        return `quantile_over_time(${share()}, ${this.#matrix(depth - 1)})`;
      default:
        return `${name}(${this.#arguments(name, depth - 1).join(', ')})`;
    }
  }

  /** What quantiles are made of, mostly. */
  #buckets(depth: number): string {
    const random = this.#random;
    if (random.chance(0.2)) return this.vector(depth - 1);
    const of = this.#dialect.metrics.includes('nh') ? random.pick(['d_bucket', 'nh']) : 'd_bucket';
    const rate = `${random.pick(['rate', 'increase', 'last_over_time', 'sum_over_time'])}(${of}[${random.pick(LENGTHS)}])`;
    return random.pick([of, rate, `sum by (le${random.pick(['', ', i', ', parity'])}) (${rate})`]);
  }

  #arguments(name: string, depth: number): string[] {
    const { args, optional } = SIGNATURES.get(name)!;
    return args.slice(0, args.length - this.#random.int(0, optional + 1)).map((type) => {
      switch (type) {
        case 'vector':
          return this.vector(depth);
        case 'matrix':
          return this.#matrix(depth);
        case 'scalar':
          return this.scalar(depth);
        default:
          throw new Error(`${name} takes texts: which?`);
      }
    });
  }
}
