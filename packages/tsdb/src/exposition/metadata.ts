import { METRIC_TYPES, type MetricMetadata, type MetricType } from '../model/metadata.ts';
import type { ExpositionFormat } from './format.ts';
import { MalformedLine } from './malformed.ts';
import { clip } from './number.ts';
import { closingQuote, isNameStart, nameEnd, skipBlanks, text, unescaped } from './series-text.ts';

/** `# HELP`, `# TYPE` and `# UNIT` lines, gathered by metric family. */
export class FamilyMetadata {
  readonly families = new Map<string, MetricMetadata>();

  /** True when the line changed what is known of its family. `keyword` is HELP, TYPE or UNIT. */
  apply(keyword: string, family: string, value: string, format: ExpositionFormat): boolean {
    const known = this.families.get(family) ?? { family, type: 'unknown', help: '', unit: '' };
    const changed = { ...known, ...fieldOf(keyword, family, value, format) };
    if (changed.type === known.type && changed.help === known.help && changed.unit === known.unit && this.families.has(family))
      return false;
    this.families.set(family, changed);
    return true;
  }
}

/** The family that a series belongs to, by the series' name and what is known of families; null when none is. */
export function familyNameOf(name: string, families: ReadonlyMap<string, MetricMetadata>): string | null {
  if (families.has(name)) return name;
  const [suffix] = /_(total|bucket|count|sum|gcount|gsum|info)$/.exec(name) ?? [];
  const family = suffix === undefined ? '' : name.slice(0, -suffix.length);
  const type = families.get(family)?.type;
  return type !== undefined && SUFFIXES[type]?.includes(suffix as string) ? family : null;
}

const SUFFIXES: Partial<Record<MetricType, readonly string[]>> = {
  counter: ['_total'],
  histogram: ['_bucket', '_count', '_sum'],
  gaugehistogram: ['_bucket', '_gcount', '_gsum', '_count', '_sum'],
  summary: ['_count', '_sum'],
  info: ['_info'],
};

function fieldOf(keyword: string, family: string, value: string, format: ExpositionFormat): Partial<MetricMetadata> {
  if (keyword === 'TYPE') return { type: typeOf(value, format) };
  if (keyword === 'HELP') return { help: unescapeHelp(value, format) };
  if (value !== '' && !family.endsWith(`_${value}`))
    throw new MalformedLine(`unit "${clip(value)}" is no suffix of metric "${clip(family)}"`);
  return { unit: value };
}

function typeOf(word: string, format: ExpositionFormat): MetricType {
  if (format === 'text') {
    if (word === 'untyped') return 'unknown';
    if (['counter', 'gauge', 'histogram', 'summary', 'unknown'].includes(word)) return word as MetricType;
  } else if ((METRIC_TYPES as readonly string[]).includes(word)) {
    return word as MetricType;
  }
  throw new MalformedLine(`invalid metric type "${clip(word)}"`);
}

function unescapeHelp(help: string, format: ExpositionFormat): string {
  if (format === 'openmetrics') return unescaped(help);
  return help.includes('\\') ? help.replace(/\\([\\n])/g, (_, letter: string) => (letter === 'n' ? '\n' : letter)) : help;
}

export interface CommentLine {
  readonly keyword: 'HELP' | 'TYPE' | 'UNIT';
  readonly family: string;
  readonly value: string;
}

/** The comment that starts with `#` at `from` and ends before `to`; null for one that says nothing of a metric. */
export function parseComment(bytes: Uint8Array, from: number, to: number): CommentLine | null {
  let at = skipBlanks(bytes, from + 1);
  const keyword = KEYWORDS.find((word) => startsWith(bytes, at, word));
  if (keyword === undefined || at === from + 1) return null;
  const afterKeyword = at + keyword.length;
  at = skipBlanks(bytes, afterKeyword);
  if (at === afterKeyword) return null;
  let family: string;
  if (bytes[at] === 0x22) {
    const end = closingQuote(bytes, at + 1);
    family = unescaped(text(bytes, at + 1, end, 'name'));
    at = end + 1;
  } else {
    if (!isNameStart(bytes[at])) throw new MalformedLine(`a metric name is missing after ${keyword}`);
    const end = nameEnd(bytes, at);
    family = text(bytes, at, end, 'name');
    at = end;
  }
  if (at < to && bytes[at] !== 0x20 && bytes[at] !== 0x09) throw new MalformedLine(`invalid metric name after ${keyword}`);
  return { keyword, family, value: text(bytes, skipBlanks(bytes, at), to, keyword) };
}

const KEYWORDS = ['HELP', 'TYPE', 'UNIT'] as const;

function startsWith(bytes: Uint8Array, at: number, word: string): boolean {
  for (let i = 0; i < word.length; i++) if (bytes[at + i] !== word.charCodeAt(i)) return false;
  return true;
}
