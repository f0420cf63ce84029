/** The queries of Prometheus' compliance tester, from its file: each template with all of its variants. */
import { readFileSync } from 'node:fs';
import { parse } from 'yaml';

export interface ComplianceQuery {
  readonly query: string;
  readonly shouldFail: boolean;
}

/** As the tester fills them in. */
const VARIANTS: Readonly<Record<string, readonly string[]>> = {
  range: ['1s', '15s', '1m', '5m', '15m', '1h'],
  offset: ['1m', '5m', '10m'],
  simpleAggrOp: ['sum', 'avg', 'max', 'min', 'count', 'stddev', 'stdvar'],
  simpleTimeAggrOp: ['sum', 'avg', 'max', 'min', 'count', 'stddev', 'stdvar', 'absent', 'last', 'present'],
  topBottomOp: ['topk', 'bottomk'],
  quantile: ['-0.5', '0.1', '0.5', '0.75', '0.95', '0.90', '0.99', '1', '1.5'],
  arithBinOp: ['+', '-', '*', '/', '%', '^'],
  compBinOp: ['==', '!=', '<', '>', '<=', '>='],
  binOp: ['+', '-', '*', '/', '%', '^', '==', '!=', '<', '>', '<=', '>='],
  simpleMathFunc: ['abs', 'ceil', 'floor', 'exp', 'sqrt', 'ln', 'log2', 'log10', 'round'],
  extrapolatedRateFunc: ['delta', 'rate', 'increase'],
  clampFunc: ['clamp_min', 'clamp_max'],
  instantRateFunc: ['idelta', 'irate'],
  dateFunc: ['day_of_month', 'day_of_week', 'days_in_month', 'hour', 'minute', 'month', 'year'],
};

export function readComplianceQueries(path: string): ComplianceQuery[] {
  const { test_cases: cases } = parse(readFileSync(path, 'utf8')) as {
    test_cases: { query: string; variant_args?: string[]; should_fail?: boolean }[];
  };
  return cases.flatMap(({ query, variant_args: names = [], should_fail: shouldFail = false }) =>
    names
      .reduce((texts, name) => texts.flatMap((text) => VARIANTS[name].map((value) => text.replaceAll(`{{.${name}}}`, value))), [query])
      .map((text) => ({ query: text, shouldFail })),
  );
}
