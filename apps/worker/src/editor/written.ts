import { quote, writtenLabel } from '@tidemark/promql/syntax';

/** Names and values as they are written at a place: quoted where they must be, escaped for the quotes that stand there. */

/** Within these quotes; null where they cannot hold it. */
export function insideQuotes(text: string, mark: string): string | null {
  if (mark === '`') return /[`\r]/.test(text) ? null : text;
  const inside = quote(text).slice(1, -1);
  return mark === '"' ? inside : inside.replaceAll('\\"', '"').replaceAll("'", "\\'");
}

/** As the text that a regular expression matches alone. */
export function literalRegex(text: string): string {
  return text.replace(/[\\.+*?()|[\]{}^$]/g, '\\$&');
}

/** A label's name between braces or in a list; within quotes that stand there already it needs no others. */
export function labelWithin(name: string, mark: string | null): string | null {
  if (mark === null) return writtenLabel(name);
  const inside = insideQuotes(name, mark);
  return inside === null ? null : `${mark}${inside}${mark}`;
}
