import type { ValueType } from './ast.ts';

/** Every function: what it takes, what it gives, and one line for the editor's completion. */
export interface Signature {
  readonly name: string;
  readonly args: readonly ValueType[];
  /** How many of the last arguments may be left out. */
  readonly optional: number;
  /** The last argument may be repeated. */
  readonly repeats: boolean;
  readonly returns: ValueType;
  readonly doc: string;
}

const table = new Map<string, Signature>();

/** `arguments → result`: v vector, m matrix, s scalar, t text; `?` may be left out, `*` any number of times. */
function define(name: string, shape: string, doc: string): void {
  const [takes, gives] = shape.split('→').map((part) => part.trim());
  const words = takes === '' ? [] : takes.split(' ');
  table.set(name, {
    name,
    args: words.map((word) => TYPES[word[0]]),
    optional: words.filter((word) => /[?*]$/.test(word)).length,
    repeats: words.some((word) => word.endsWith('*')),
    returns: TYPES[gives],
    doc,
  });
}

const TYPES: Record<string, ValueType> = { v: 'vector', m: 'matrix', s: 'scalar', t: 'string' };

define('abs', 'v → v', 'Absolute value of each sample.');
define('absent', 'v → v', 'One sample of 1 when the vector is empty, otherwise nothing.');
define('absent_over_time', 'm → v', 'One sample of 1 when no series has a sample in the range, otherwise nothing.');
define('acos', 'v → v', 'Arc cosine, in radians.');
define('acosh', 'v → v', 'Inverse hyperbolic cosine.');
define('asin', 'v → v', 'Arc sine, in radians.');
define('asinh', 'v → v', 'Inverse hyperbolic sine.');
define('atan', 'v → v', 'Arc tangent, in radians.');
define('atanh', 'v → v', 'Inverse hyperbolic tangent.');
define('avg_over_time', 'm → v', 'Average of all samples in the range.');
define('ceil', 'v → v', 'Rounded up to the next integer.');
define('changes', 'm → v', 'How often the value changed in the range.');
define('clamp', 'v s s → v', 'Samples bounded to lie between min and max.');
define('clamp_max', 'v s → v', 'Samples bounded by an upper limit.');
define('clamp_min', 'v s → v', 'Samples bounded by a lower limit.');
define('cos', 'v → v', 'Cosine of radians.');
define('cosh', 'v → v', 'Hyperbolic cosine.');
define('count_over_time', 'm → v', 'Number of samples in the range.');
define('day_of_month', 'v? → v', 'Day of the month in UTC, 1 to 31.');
define('day_of_week', 'v? → v', 'Day of the week in UTC, 0 is Sunday.');
define('day_of_year', 'v? → v', 'Day of the year in UTC, 1 to 366.');
define('days_in_month', 'v? → v', 'Days of the month in UTC, 28 to 31.');
define('deg', 'v → v', 'Radians to degrees.');
define('delta', 'm → v', 'Difference between the end and the start of the range, for gauges.');
define('deriv', 'm → v', 'Per-second derivative by linear regression, for gauges.');
define('double_exponential_smoothing', 'm s s → v', 'Smoothed value with a smoothing and a trend factor, for gauges.');
define('end', '→ s', "The query's end, in seconds since the epoch.");
define('exp', 'v → v', 'e to the power of each sample.');
define('first_over_time', 'm → v', 'Oldest sample in the range.');
define('floor', 'v → v', 'Rounded down to the next integer.');
define('histogram_avg', 'v → v', 'Average of the observations in native histograms.');
define('histogram_count', 'v → v', 'Number of observations in native histograms.');
define('histogram_fraction', 's s v → v', 'Estimated fraction of observations between two values.');
define('histogram_quantile', 's v → v', 'Quantile estimated from the buckets of histograms.');
define('histogram_quantiles', 'v t s s* → v', 'Several quantiles of histograms, each in a label of its own.');
define('histogram_stddev', 'v → v', 'Estimated standard deviation of the observations in native histograms.');
define('histogram_stdvar', 'v → v', 'Estimated variance of the observations in native histograms.');
define('histogram_sum', 'v → v', 'Sum of the observations in native histograms.');
define('holt_winters', 'm s s → v', 'Former name of double_exponential_smoothing.');
define('hour', 'v? → v', 'Hour of the day in UTC, 0 to 23.');
define('idelta', 'm → v', 'Difference between the last two samples.');
define('increase', 'm → v', 'Growth of a counter over the range, resets accounted for.');
define('info', 'v v? → v', 'Adds the labels of info metrics, such as target_info, that share instance and job.');
define('irate', 'm → v', 'Per-second rate of a counter from its last two samples.');
define('label_join', 'v t t t* → v', 'Joins values of labels into another one.');
define('label_replace', 'v t t t t → v', 'Sets a label from a regular expression over another one.');
define('last_over_time', 'm → v', 'Newest sample in the range.');
define('ln', 'v → v', 'Natural logarithm.');
define('log10', 'v → v', 'Logarithm to base 10.');
define('log2', 'v → v', 'Logarithm to base 2.');
define('mad_over_time', 'm → v', 'Median absolute deviation of the samples in the range.');
define('max_of', 's s → s', 'The larger of two numbers.');
define('max_over_time', 'm → v', 'Largest sample in the range.');
define('min_of', 's s → s', 'The smaller of two numbers.');
define('min_over_time', 'm → v', 'Smallest sample in the range.');
define('minute', 'v? → v', 'Minute of the hour in UTC, 0 to 59.');
define('month', 'v? → v', 'Month in UTC, 1 to 12.');
define('pi', '→ s', 'The number pi.');
define('predict_linear', 'm s → v', 'Value expected in so many seconds, by linear regression.');
define('present_over_time', 'm → v', '1 for each series with a sample in the range.');
define('quantile_over_time', 's m → v', 'Quantile of the samples in the range.');
define('rad', 'v → v', 'Degrees to radians.');
define('range', '→ s', "The query's length, in seconds; 0 of an instant query.");
define('rate', 'm → v', 'Per-second average rate of a counter over the range, resets accounted for.');
define('resets', 'm → v', 'How often a counter was reset in the range.');
define('round', 'v s? → v', 'Rounded to the nearest multiple, of 1 without a second argument.');
define('scalar', 'v → s', 'The only sample as a number; NaN when there is not exactly one.');
define('sgn', 'v → v', 'Sign: 1, 0 or -1.');
define('sin', 'v → v', 'Sine of radians.');
define('sinh', 'v → v', 'Hyperbolic sine.');
define('sort', 'v → v', 'Sorted by value, rising. Instant queries only.');
define('sort_by_label', 'v t* → v', 'Sorted by labels in natural order. Instant queries only.');
define('sort_by_label_desc', 'v t* → v', 'Sorted by labels in natural order, falling. Instant queries only.');
define('sort_desc', 'v → v', 'Sorted by value, falling. Instant queries only.');
define('sqrt', 'v → v', 'Square root.');
define('start', '→ s', "The query's start, in seconds since the epoch.");
define('start_timestamp', 'v → v', 'When the series of each sample started, in seconds since the epoch, where that is kept.');
define('stddev_over_time', 'm → v', 'Population standard deviation of the samples in the range.');
define('stdvar_over_time', 'm → v', 'Population variance of the samples in the range.');
define('step', '→ s', "The query's step, in seconds; 0 of an instant query.");
define('sum_over_time', 'm → v', 'Sum of all samples in the range.');
define('tan', 'v → v', 'Tangent of radians.');
define('tanh', 'v → v', 'Hyperbolic tangent.');
define('time', '→ s', 'The time of evaluation, in seconds since the epoch.');
define('timestamp', 'v → v', 'Time of each sample, in seconds since the epoch.');
define('ts_of_first_over_time', 'm → v', 'Time of the oldest sample in the range.');
define('ts_of_last_over_time', 'm → v', 'Time of the newest sample in the range.');
define('ts_of_max_over_time', 'm → v', 'Time of the last largest sample in the range.');
define('ts_of_min_over_time', 'm → v', 'Time of the last smallest sample in the range.');
define('vector', 's → v', 'A number as a vector with one sample without labels.');
define('year', 'v? → v', 'Year in UTC.');

export const SIGNATURES: ReadonlyMap<string, Signature> = table;
