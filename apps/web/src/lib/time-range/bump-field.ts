/** An arrow key in the range field moves the number at the caret by one; its digits and leading zeros stay as they are. */
export function bumpField(text: string, caret: number, by: 1 | -1): { text: string; from: number; to: number } | null {
  for (const { index, 0: digits } of text.matchAll(/\d+/g)) {
    if (caret < index || caret > index + digits.length) continue;
    const next = String(Math.max(0, Number(digits) + by)).padStart(digits.length, '0');
    return { text: text.slice(0, index) + next + text.slice(index + digits.length), from: index, to: index + next.length };
  }
  return null;
}
