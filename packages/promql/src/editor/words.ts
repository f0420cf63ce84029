import { SIGNATURES } from '../syntax/signatures.ts';
import { AGGREGATORS } from '../syntax/token.ts';
import { aggregationDoc, type Documentation, functionDoc } from './hover.ts';

/** A function or an aggregation as completion offers it. */
export interface LanguageWord extends Documentation {
  readonly name: string;
  readonly kind: 'function' | 'aggregation';
}

/** By name. */
export const LANGUAGE_WORDS: readonly LanguageWord[] = [
  ...[...SIGNATURES.keys()].map((name) => ({ name, kind: 'function' as const, ...(functionDoc(name) as Documentation) })),
  ...AGGREGATORS.map((name) => ({ name, kind: 'aggregation' as const, ...(aggregationDoc(name) as Documentation) })),
].sort((a, b) => (a.name < b.name ? -1 : 1));
