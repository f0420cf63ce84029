import { compilePattern, hasReference, type Pattern } from './pattern.ts';

/**
 * One relabeling rule, checked and compiled, with Prometheus' defaults filled in.
 * `relabel.ts` applies it.
 */
export const RELABEL_ACTIONS = [
  'replace',
  'keep',
  'drop',
  'keepequal',
  'dropequal',
  'hashmod',
  'labelmap',
  'labeldrop',
  'labelkeep',
  'lowercase',
  'uppercase',
] as const;

export type RelabelAction = (typeof RELABEL_ACTIONS)[number];

export interface RelabelRule {
  readonly action: RelabelAction;
  readonly sourceLabels: readonly string[];
  readonly separator: string;
  readonly pattern: Pattern;
  readonly modulus: bigint;
  readonly targetLabel: string;
  readonly replacement: string;
}

/** As the configuration file writes it; whatever is left out takes its default. */
export interface RelabelRuleSource {
  readonly action?: string;
  readonly source_labels?: readonly string[];
  readonly separator?: string;
  readonly regex?: string;
  readonly modulus?: number;
  readonly target_label?: string;
  readonly replacement?: string;
}

/** Throws `SyntaxError` with words for the configuration's author when the rule makes no sense. */
export function compileRule(source: RelabelRuleSource): RelabelRule {
  const action = (source.action ?? 'replace').toLowerCase() as RelabelAction;
  if (!RELABEL_ACTIONS.includes(action)) throw new SyntaxError(`unknown relabel action "${source.action}"`);
  const rule: RelabelRule = {
    action,
    sourceLabels: source.source_labels ?? [],
    separator: source.separator ?? ';',
    pattern: compilePattern(source.regex ?? '(.*)'),
    modulus: BigInt(source.modulus ?? 0),
    targetLabel: source.target_label ?? '',
    replacement: source.replacement ?? '$1',
  };
  const needsTarget = ['replace', 'hashmod', 'lowercase', 'uppercase', 'keepequal', 'dropequal'];
  if (needsTarget.includes(action) && rule.targetLabel === '') throw new SyntaxError(`relabel action ${action} needs target_label`);
  if (action === 'hashmod' && rule.modulus === 0n) throw new SyntaxError('relabel action hashmod needs a modulus above 0');
  if (action !== 'replace' && hasReference(rule.targetLabel)) {
    throw new SyntaxError(`target_label of relabel action ${action} takes no reference like $1`);
  }
  if (action === 'labelmap' && rule.replacement === '') throw new SyntaxError('relabel action labelmap needs a replacement');
  refuseOthers(action, source);
  return rule;
}

/** Settings that would do nothing are refused, as Prometheus does: they show a misunderstanding. */
function refuseOthers(action: RelabelAction, source: RelabelRuleSource): void {
  const onlyTakes: Partial<Record<RelabelAction, readonly string[]>> = {
    keepequal: ['source_labels', 'target_label'],
    dropequal: ['source_labels', 'target_label'],
    labeldrop: ['regex'],
    labelkeep: ['regex'],
  };
  const takes = onlyTakes[action];
  if (takes === undefined) return;
  const other = Object.keys(source).find((key) => key !== 'action' && !takes.includes(key));
  if (other !== undefined) throw new SyntaxError(`relabel action ${action} takes only ${takes.join(' and ')}, not ${other}`);
}
