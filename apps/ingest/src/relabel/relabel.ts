import { createHash } from 'node:crypto';
import { hasReference } from './pattern.ts';
import type { RelabelRule } from './rule.ts';

/** Labels while rules change them. A label that is not there has the value `''`; `''` is never stored. */
export type MutableLabels = Map<string, string>;

/** Applies `rules` in order to `labels`, in place. False: the target or series is dropped. */
export function relabel(labels: MutableLabels, rules: readonly RelabelRule[]): boolean {
  for (const rule of rules) if (!applyRule(labels, rule)) return false;
  return true;
}

function applyRule(labels: MutableLabels, rule: RelabelRule): boolean {
  switch (rule.action) {
    case 'keep':
      return rule.pattern.matches(sourceOf(labels, rule));
    case 'drop':
      return !rule.pattern.matches(sourceOf(labels, rule));
    case 'keepequal':
      return sourceOf(labels, rule) === (labels.get(rule.targetLabel) ?? '');
    case 'dropequal':
      return sourceOf(labels, rule) !== (labels.get(rule.targetLabel) ?? '');
    case 'replace':
      replace(labels, rule);
      return true;
    case 'lowercase':
      setLabel(labels, rule.targetLabel, sourceOf(labels, rule).toLowerCase());
      return true;
    case 'uppercase':
      setLabel(labels, rule.targetLabel, sourceOf(labels, rule).toUpperCase());
      return true;
    case 'hashmod':
      setLabel(labels, rule.targetLabel, hashMod(sourceOf(labels, rule), rule.modulus));
      return true;
    case 'labelmap':
      for (const [name, value] of [...labels]) {
        const mapped = rule.pattern.expand(rule.replacement, name);
        if (mapped !== null && mapped !== '') setLabel(labels, mapped, value);
      }
      return true;
    case 'labeldrop':
      for (const name of [...labels.keys()]) if (rule.pattern.matches(name)) labels.delete(name);
      return true;
    case 'labelkeep':
      for (const name of [...labels.keys()]) if (!rule.pattern.matches(name)) labels.delete(name);
      return true;
  }
}

export function setLabel(labels: MutableLabels, name: string, value: string): void {
  if (value === '') labels.delete(name);
  else labels.set(name, value);
}

function sourceOf(labels: MutableLabels, rule: RelabelRule): string {
  const { sourceLabels } = rule;
  if (sourceLabels.length === 1) return labels.get(sourceLabels[0]) ?? '';
  return sourceLabels.map((name) => labels.get(name) ?? '').join(rule.separator);
}

function replace(labels: MutableLabels, rule: RelabelRule): void {
  const source = sourceOf(labels, rule);
  const value = rule.pattern.expand(rule.replacement, source);
  if (value === null) return;
  const target = hasReference(rule.targetLabel) ? rule.pattern.expand(rule.targetLabel, source) : rule.targetLabel;
  if (target !== null && target !== '') setLabel(labels, target, value);
}

/** The last eight bytes of the MD5, big-endian: shards stay where Prometheus put them. */
function hashMod(source: string, modulus: bigint): string {
  return (createHash('md5').update(source).digest().readBigUInt64BE(8) % modulus).toString();
}
