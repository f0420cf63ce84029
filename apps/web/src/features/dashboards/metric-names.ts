/** The metrics that an expression selects, in their order: a guess by shape, good enough to say why a panel is empty. Pure. */
const WORDS = new Set(
  'and or unless on ignoring group_left group_right by without bool offset inf nan sum avg min max count stddev stdvar topk bottomk quantile count_values group limitk limit_ratio start end'.split(
    ' ',
  ),
);

export function metricNames(expr: string): string[] {
  // Strings, label matchers, durations and grouping lists hold no metric.
  const bare = expr
    .replace(/"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|`[^`]*`/g, '""')
    .replace(/\{[^}]*\}/g, '{}')
    .replace(/\[[^\]]*\]/g, '')
    .replace(/\b(?:by|without|on|ignoring|group_left|group_right)\s*\([^)]*\)/g, ' ');
  const found = bare.matchAll(/(?<![\w:.$])([a-zA-Z_:][\w:]*)(?!\s*\(|[\w:])/g);
  return [...new Set([...found].map(([, name]) => name).filter((name) => !WORDS.has(name.toLowerCase())))];
}
