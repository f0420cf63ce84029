/** What stands between the functions: modifiers, operators. Each with how it is written. */
export interface WordDoc {
  readonly usage: string;
  readonly about: readonly string[];
}

export const WORD_DOCS: Readonly<Record<string, WordDoc>> = {
  by: {
    usage: 'by (label, …)',
    about: [
      'Series with the same values of these labels are one group, and these labels are all that the result has.',
      'A series without one of them counts as having it empty.',
    ],
  },
  without: {
    usage: 'without (label, …)',
    about: ['Series that differ in nothing but these labels, and in the metric’s name, are one group; all other labels stay.'],
  },
  on: {
    usage: 'left op on (label, …) right',
    about: ['Series of both sides match when these labels have the same values; the others do not count.'],
  },
  ignoring: {
    usage: 'left op ignoring (label, …) right',
    about: ['Series of both sides match when all labels but these, and the metric’s name, have the same values.'],
  },
  group_left: {
    usage: 'left op on (…) group_left (label, …) right',
    about: [
      'Several series of the left side may match one of the right side. The result has the labels of the left side.',
      'Labels in the parentheses are copied from the right side.',
    ],
  },
  group_right: {
    usage: 'left op on (…) group_right (label, …) right',
    about: [
      'Several series of the right side may match one of the left side. The result has the labels of the right side.',
      'Labels in the parentheses are copied from the left side.',
    ],
  },
  bool: {
    usage: 'left > bool right',
    about: [
      'The comparison gives 1 where it holds and 0 where it does not. Without it, series for which it does not hold are dropped and the others keep their value.',
    ],
  },
  offset: {
    usage: 'selector offset 1h',
    about: [
      'The samples of so long ago; a negative one looks ahead. It stands directly behind a selector or a subquery, within the function.',
    ],
  },
  '@': {
    usage: 'selector @ 1700000000',
    about: [
      'The samples at that time, in seconds since the epoch, at every step; `start()` and `end()` are those of the query. It stands directly behind a selector or a subquery.',
    ],
  },
  start: { usage: 'selector @ start()', about: ['The start of the query’s range.'] },
  end: { usage: 'selector @ end()', about: ['The end of the query’s range.'] },
  anchored: {
    usage: 'metric[5m] anchored',
    about: ['The sample before the range stands for the value at its start: growth between samples is exact, and nothing is extrapolated.'],
  },
  smoothed: {
    usage: 'metric[5m] smoothed',
    about: ['Values at the ends of the range lie on the lines between the samples around them.'],
  },
  fill: { usage: 'left op fill (0) right', about: ['This value stands in for a series that is missing on either side.'] },
  fill_left: { usage: 'left op fill_left (0) right', about: ['This value stands in for a series that is missing on the left side.'] },
  fill_right: { usage: 'left op fill_right (0) right', about: ['This value stands in for a series that is missing on the right side.'] },
  and: {
    usage: 'left and right',
    about: ['The series of the left side that have one with the same labels on the right side; values are of the left.'],
  },
  or: { usage: 'left or right', about: ['All series of the left side, and those of the right side that have no match there.'] },
  unless: { usage: 'left unless right', about: ['The series of the left side that have none with the same labels on the right side.'] },
  atan2: { usage: 'y atan2 x', about: ['The angle of the point (x, y), in radians.'] },
  '==': { usage: 'left == right', about: ['Keeps what is equal. NaN equals nothing.'] },
  '!=': { usage: 'left != right', about: ['Keeps what is not equal. NaN is not equal to itself.'] },
  '<': { usage: 'left < right', about: ['Keeps what is less.'] },
  '<=': { usage: 'left <= right', about: ['Keeps what is less or equal.'] },
  '>': { usage: 'left > right', about: ['Keeps what is greater.'] },
  '>=': { usage: 'left >= right', about: ['Keeps what is greater or equal.'] },
  '</': { usage: 'histogram </ value', about: ['Keeps the observations below the value: the histogram is cut there.'] },
  '>/': { usage: 'histogram >/ value', about: ['Keeps the observations above the value: the histogram is cut there.'] },
  '=': { usage: 'label="value"', about: ['The label has exactly this value; `""` is a label that is not there.'] },
  '=~': { usage: 'label=~"regex"', about: ['The whole value matches the regular expression (RE2).'] },
  '!~': { usage: 'label!~"regex"', about: ['The whole value does not match the regular expression (RE2).'] },
  '+': { usage: 'left + right', about: ['Sum. Between vectors: of series with the same labels.'] },
  '-': { usage: 'left - right', about: ['Difference. Between vectors: of series with the same labels.'] },
  '*': { usage: 'left * right', about: ['Product. Between vectors: of series with the same labels.'] },
  '/': { usage: 'left / right', about: ['Quotient. By zero ±Inf, zero by zero NaN. Between vectors: of series with the same labels.'] },
  '%': { usage: 'left % right', about: ['Remainder, with the sign of the left side.'] },
  '^': { usage: 'left ^ right', about: ['Power. It binds to the right: 2 ^ 3 ^ 2 is 2 ^ 9.'] },
};

/** Of a label, `!=` is about its text. */
export const NOT_EQUAL_LABEL: WordDoc = { usage: 'label!="value"', about: ['The label has any other value, or is not there.'] };
