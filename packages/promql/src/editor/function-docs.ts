const TIMES =
  'Takes times in seconds since the epoch, and without an argument the time of evaluation. In UTC: add 7200 to the times for two hours east of it.';

/**
 * What functions do, beyond the one line of their signature: what happens at the ends of ranges, at resets, with NaN, with native
 * histograms, and to labels. Paragraphs; the first stands alone where there is little room.
 */
export const FUNCTION_DOCS: Readonly<Record<string, readonly string[]>> = {
  abs: ['Each value without its sign.', 'Takes an instant vector and gives it without the metric’s name. Native histograms are left out.'],
  ceil: ['Each value rounded up to the next integer.', '2.1 becomes 3, and −2.1 becomes −2. NaN and infinities stay what they are.'],
  floor: ['Each value rounded down to the next integer.', '2.9 becomes 2, and −2.1 becomes −3. NaN and infinities stay what they are.'],
  exp: ['e to the power of each value.', 'From about 709.8 on it is +Inf.'],
  holt_winters: ['The former name of double_exponential_smoothing.', 'Takes a range vector, a smoothing factor and a trend factor.'],
  max_of: ['The larger of two numbers.', 'Takes two scalars, where max takes a vector. In durations, too: `x[max_of(step(), 5m)]`.'],
  min_of: ['The smaller of two numbers.', 'Takes two scalars, where min takes a vector. In durations, too: `x[min_of(range(), 1d)]`.'],
  pi: ['3.141592653589793.', 'Takes nothing and gives a scalar.'],
  deg: ['Radians as degrees: times 180 / π.'],
  rad: ['Degrees as radians: times π / 180.'],
  sin: ['The sine of each value, in radians.', 'Of infinities NaN.'],
  cos: ['The cosine of each value, in radians.', 'Of infinities NaN.'],
  tan: ['The tangent of each value, in radians.', 'Of infinities NaN.'],
  asin: ['The angle whose sine each value is, in radians.', 'From −π/2 to π/2; NaN for values beyond −1 and 1.'],
  acos: ['The angle whose cosine each value is, in radians.', 'From 0 to π; NaN for values beyond −1 and 1.'],
  atan: ['The angle whose tangent each value is, in radians.', 'From −π/2 to π/2. Of two vectors `y atan2 x` knows the quadrant.'],
  sinh: ['The hyperbolic sine of each value.'],
  cosh: ['The hyperbolic cosine of each value.'],
  tanh: ['The hyperbolic tangent of each value, from −1 to 1.'],
  asinh: ['The inverse of the hyperbolic sine.', 'Close to the logarithm of large values, and defined for negative ones.'],
  acosh: ['The inverse of the hyperbolic cosine.', 'NaN for values below 1.'],
  atanh: ['The inverse of the hyperbolic tangent.', '±Inf for ±1, NaN beyond.'],
  start: [
    'When the query starts, in seconds since the epoch: the first step, not of a subquery but of the query itself.',
    'Behind `@` it pins a selector there.',
  ],
  end: [
    'When the query ends, in seconds since the epoch: the last step, not of a subquery but of the query itself.',
    'Behind `@` it pins a selector there.',
  ],
  range: ['How long the query’s range is, in seconds: 0 for an instant query.', 'In durations, too: `x[range()]` spans all of a graph.'],
  step: ['The query’s step, in seconds: 0 for an instant query.', 'In durations, too: `rate(x[max_of(step(), 1m)])`.'],
  sort_by_label: [
    'By the values of labels, rising, the first label first; series with equal ones by all their labels.',
    'In natural order: node2 comes before node10. Of an instant query only: a range query orders by all labels.',
  ],
  sort_by_label_desc: [
    'By the values of labels, falling, the first label first.',
    'In natural order: node10 comes before node2. Of an instant query only: a range query orders by all labels.',
  ],
  day_of_month: ['The day of the month, 1 to 31.', TIMES],
  day_of_week: ['The day of the week, 0 for Sunday to 6 for Saturday.', TIMES],
  day_of_year: ['The day of the year, 1 to 365, or 366 in leap years.', TIMES],
  days_in_month: ['How many days the month has, 28 to 31.', TIMES],
  hour: ['The hour of the day, 0 to 23.', TIMES],
  minute: ['The minute of the hour, 0 to 59.', TIMES],
  month: ['The month, 1 for January to 12.', TIMES],
  year: ['The year.', TIMES],
  rate: [
    'How fast a counter grows, per second, on average over the range.',
    'A value below the one before it counts as a restart from zero, and the growth before it is kept. The growth between the first and the last sample is extrapolated: to an end of the range that is at most 1.1 mean sample intervals away, otherwise by half an interval, and backwards no further than to where the counter would have been zero. At least two samples are needed.',
    'Take the rate first and sum afterwards: a sum hides the restarts of its parts. Of native histograms it gives a histogram.',
  ],
  increase: [
    'By how much a counter grows over the range: its rate times the length of the range.',
    'Restarts and the ends of the range are treated as by rate, so that whole numbers may come out as fractions. At least two samples are needed.',
  ],
  irate: [
    'How fast a counter grows, per second, between its last two samples in the range.',
    'Follows quick changes and is noisy: for graphs of fast counters, not for alerts. A fall between the two is a restart from zero. Nothing is extrapolated.',
  ],
  delta: [
    'The difference between the last and the first sample of the range, extrapolated to its ends as by rate.',
    'For gauges: a fall is a fall, not a restart. At least two samples are needed.',
  ],
  idelta: ['The difference between the last two samples in the range.', 'For gauges. Nothing is extrapolated.'],
  deriv: [
    'How fast a gauge changes, per second: the slope of the straight line through its samples with the least squares.',
    'One outlier moves it less than it moves delta. At least two samples are needed; a NaN or an infinite value makes the slope NaN. Samples that are native histograms are left out.',
  ],
  predict_linear: [
    'The value that is expected in so many seconds, on the straight line with the least squares through the samples of the range.',
    'For gauges. Counted from the time of evaluation, not from the last sample. At least two samples are needed.',
  ],
  resets: [
    'How often a counter began anew within the range: how often a value is below the one before it.',
    'For counters. Of native histograms a fall in any bucket, or another resolution, counts.',
  ],
  changes: ['How often the value differs from the one before it within the range.', 'NaN after NaN is no change. For gauges.'],
  absent: [
    'One sample with the value 1 when the vector has no series, and nothing otherwise: for alerts on what should be there.',
    'It has the labels that the selector demands by `=`. Of anything but a selector it has none.',
  ],
  absent_over_time: [
    'One sample with the value 1 when no series has a sample in the range, and nothing otherwise.',
    'It has the labels that the selector demands by `=`.',
  ],
  present_over_time: ['1 for each series that has a sample in the range.'],
  avg_over_time: [
    'The mean of all samples in the range, each of the same weight whatever the time between them.',
    'A single NaN makes it NaN. Of native histograms it gives their mean histogram.',
  ],
  sum_over_time: [
    'The sum of all samples in the range.',
    'Summed with compensation, so that small values beside large ones are not lost. A single NaN makes it NaN.',
  ],
  count_over_time: ['How many samples lie in the range, NaN and native histograms included; markers of staleness are not.'],
  min_over_time: ['The smallest sample in the range.', 'NaN is passed over unless there is nothing else.'],
  max_over_time: ['The largest sample in the range.', 'NaN is passed over unless there is nothing else.'],
  last_over_time: ['The newest sample in the range, with the metric’s name.', 'Bridges gaps that are longer than the lookback.'],
  first_over_time: ['The oldest sample in the range, with the metric’s name.'],
  quantile_over_time: [
    'The φ-quantile of the samples in the range, between neighbours by their distance.',
    'φ below 0 gives −Inf, above 1 +Inf, NaN gives NaN.',
  ],
  stddev_over_time: ['The standard deviation of the samples in the range, of the population: divided by their number.'],
  stdvar_over_time: ['The variance of the samples in the range, of the population: divided by their number.'],
  mad_over_time: ['The median of the distances of the samples from their median: a spread that outliers hardly move.'],
  ts_of_first_over_time: ['When the oldest sample of the range was taken, in seconds since the epoch.'],
  ts_of_last_over_time: ['When the newest sample of the range was taken, in seconds since the epoch.'],
  ts_of_max_over_time: ['When the largest sample of the range was taken, in seconds since the epoch; of equal ones the last.'],
  ts_of_min_over_time: ['When the smallest sample of the range was taken, in seconds since the epoch; of equal ones the last.'],
  double_exponential_smoothing: [
    'The series smoothed towards its newest samples: the first factor for the level, the second for the trend, both between 0 and 1.',
    'A larger factor follows new samples faster. For gauges. At least two samples are needed.',
  ],
  histogram_quantile: [
    'The φ-quantile of what histograms observed, estimated from their buckets.',
    'Classic buckets: series that differ in `le` only are one histogram, so every sum must keep `le`, and there must be a bucket `+Inf`. Within a bucket observations are taken to be spread evenly; a quantile in the last bucket gives the bound below it. Native histograms need no `le`; within their exponential buckets the spread is taken to be even on a logarithmic scale.',
    'Take the rate of the buckets first, or it is the quantile since the last restart. φ below 0 gives −Inf, above 1 +Inf; without observations it is NaN.',
  ],
  histogram_quantiles: [
    'Several quantiles of histograms at once, each in a series with its φ in the label that the second argument names.',
  ],
  histogram_fraction: [
    'Which share of the observations lies between two values, 0 to 1, estimated from the buckets.',
    'It is exact where both values are bounds of buckets. Without observations it is NaN.',
  ],
  histogram_count: [
    'How many observations native histograms hold.',
    'Of a rate: observations per second. Samples that are numbers are left out.',
  ],
  histogram_sum: ['The sum of all observations in native histograms.', 'Samples that are numbers are left out.'],
  histogram_avg: ['The mean of all observations in native histograms: their sum by their count.', 'Samples that are numbers are left out.'],
  histogram_stddev: [
    'The standard deviation of the observations in native histograms, estimated: each is taken to lie in the middle of its bucket.',
  ],
  histogram_stdvar: ['The variance of the observations in native histograms, estimated: each is taken to lie in the middle of its bucket.'],
  label_replace: [
    'Sets a label from another one: label_replace(v, "target", "replacement", "source", "regex").',
    'Where the whole of the source’s value matches, the target becomes the replacement, with `$1`, `$2` … or `$name` for the groups of the expression; elsewhere the series stays as it is. An empty result removes the label. Two series must not become the same.',
  ],
  label_join: [
    'Joins the values of labels: label_join(v, "target", "separator", "source", …).',
    'An empty result removes the label. Two series must not become the same.',
  ],
  clamp: [
    'Values below the second argument become it, and values above the third that.',
    'NaN stays NaN. Where the lower bound is above the upper one there is no answer.',
  ],
  clamp_min: ['Values below the second argument become it.', 'NaN stays NaN.'],
  clamp_max: ['Values above the second argument become it.', 'NaN stays NaN.'],
  round: [
    'Each value becomes the nearest multiple of the second argument, of 1 without one.',
    'Halves go up: 2.5 becomes 3, and −2.5 becomes −2.',
  ],
  scalar: ['The value of the only series as a number without labels.', 'NaN when there is not exactly one series: check that there is.'],
  vector: ['A number as a vector: one sample without labels.', 'Behind `or` it is the value where nothing is there.'],
  time: ['The time for which the expression is evaluated, in seconds since the epoch: that of the step, not of the clock.'],
  timestamp: ['When each sample was taken, in seconds since the epoch.', 'Of anything but a selector it is the time of evaluation.'],
  start_timestamp: [
    'When the series of each sample started, in seconds since the epoch.',
    'Nothing, where starts are not kept: they are not, here.',
  ],
  sort: ['By value, rising, NaN last.', 'Of an instant query only: a range query orders by labels.'],
  sort_desc: ['By value, falling, NaN last.', 'Of an instant query only: a range query orders by labels.'],
  info: [
    'Adds the labels of info metrics, of target_info without a second argument, to the series with the same instance and job.',
    'The second argument says which labels are added, and from which metrics: `{__name__="build_info", version=~".+"}`.',
  ],
  sgn: ['1 for values above zero, −1 below it, 0 for zero.', 'NaN stays NaN.'],
  ln: ['The natural logarithm.', 'Of zero −Inf, of negative values NaN.'],
  log2: ['The logarithm to base 2.', 'Of zero −Inf, of negative values NaN.'],
  log10: ['The logarithm to base 10.', 'Of zero −Inf, of negative values NaN.'],
  sqrt: ['The square root.', 'Of negative values NaN.'],
};

/** Aggregations take series with their labels and give a series for each group. */
export const AGGREGATION_DOCS: Readonly<Record<string, readonly string[]>> = {
  sum: [
    'The sum of the series of each group.',
    'Summed exactly: no order of the series changes a bit of it. A single NaN makes it NaN. Native histograms are added bucket by bucket.',
  ],
  avg: ['The mean of the series of each group.', 'A single NaN makes it NaN.'],
  min: ['The smallest value of each group.', 'NaN is passed over unless there is nothing else.'],
  max: ['The largest value of each group.', 'NaN is passed over unless there is nothing else.'],
  count: ['How many series each group has at that time.', 'Of no series nothing, not 0.'],
  group: ['1 for each group: which combinations of labels there are.'],
  stddev: ['The standard deviation of the values of each group, of the population.'],
  stdvar: ['The variance of the values of each group, of the population.'],
  topk: [
    'The k series with the largest values of each group, with all their labels.',
    'Chosen anew at each step: over a range there may be more than k. `by` says within what they are chosen; it drops no labels.',
  ],
  bottomk: [
    'The k series with the smallest values of each group, with all their labels.',
    'Chosen anew at each step: over a range there may be more than k.',
  ],
  limitk: ['k series of each group, whichever: the first in the order of their labels, so that they stay the same.'],
  limit_ratio: ['A share of the series, chosen by a hash of their labels: 0.1 a tenth; −0.9 the others.'],
  quantile: [
    'The φ-quantile of the values of each group, between neighbours by their distance.',
    'Over series at one time, not over time: that is quantile_over_time.',
  ],
  count_values: ['How many series of each group have the same value, with the value in the label that the first argument names.'],
};
