/**
 * What the cursor stands behind: the word that completion has to continue. Inside a string it is the string's text so far
 * (label values), elsewhere the name's letters so far. `before` is the expression up to the cursor.
 */
export function typedPrefix(before: string): string {
  const open = openQuoteAt(before);
  if (open !== null) return before.slice(open + 1);
  return /[a-zA-Z0-9_:]*$/.exec(before)![0];
}

/** The position of the quote that is still open at the end, or null outside of strings and in comments. */
function openQuoteAt(text: string): number | null {
  let open: number | null = null;
  for (let at = 0; at < text.length; at++) {
    const char = text[at]!;
    if (open === null) {
      if (char === '#') {
        const lineEnd = text.indexOf('\n', at);
        if (lineEnd === -1) return null;
        at = lineEnd;
      } else if (char === '"' || char === "'" || char === '`') {
        open = at;
      }
    } else if (char === '\\' && text[open] !== '`') {
      at++;
    } else if (char === text[open]) {
      open = null;
    }
  }
  return open;
}
