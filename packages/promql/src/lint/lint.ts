import { children, type Expr } from '../syntax/ast.ts';
import { Around, type Check } from './check.ts';
import { counterCompared, deltaOfCounter, rateOfAggregation, rateOfGauge, shortRange } from './counters.ts';
import type { Facts } from './facts.ts';
import type { Finding } from './finding.ts';
import { quantileWithoutLe, quantileWithoutRate } from './histograms.ts';
import { LINTED_LENGTH_MAX } from './limits.ts';
import { absentOfAggregation, filterInArithmetic, futureOffset, unmatchedLabels } from './operators.ts';
import { idleRegex, plainRegex, unknownLabel, unknownMetric } from './selectors.ts';

const CHECKS: readonly Check[] = [
  rateOfGauge,
  deltaOfCounter,
  rateOfAggregation,
  shortRange,
  counterCompared,
  quantileWithoutLe,
  quantileWithoutRate,
  unknownMetric,
  unknownLabel,
  plainRegex,
  idleRegex,
  filterInArithmetic,
  unmatchedLabels,
  absentOfAggregation,
  futureOffset,
];

export interface LintOptions {
  /** It is, or is to become, the expression of a rule. */
  readonly isRule: boolean;
}

/**
 * What is likely not meant in an expression that can be evaluated, in the order of the text. `expr` is `text`, parsed; `facts` is what is
 * known of the metrics that it names: checks that need more than the text say nothing of others.
 */
export function lint(text: string, expr: Expr, facts: Facts, { isRule }: LintOptions): readonly Finding[] {
  if (text.length > LINTED_LENGTH_MAX) return [];
  const findings: Finding[] = [];
  const visit = (node: Expr, around: Around): void => {
    for (const check of CHECKS) {
      const found = check(node, around);
      if (found !== null) findings.push(...(Array.isArray(found) ? found : [found]));
    }
    for (const child of children(node)) visit(child, around.within(node));
  };
  visit(expr, new Around(text, facts, isRule));
  return findings.sort((a, b) => a.from - b.from || a.to - b.to);
}
