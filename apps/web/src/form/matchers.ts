/**
 * Alert matchers as one writes them in a line: `severity="page", team=~"db|web"`. Values may go without quotes when they are
 * plain words, as in Alertmanager. What is kept is the quoted form.
 */
export type MatchersParse =
  | { readonly kind: 'matchers'; readonly matchers: readonly string[] }
  | { readonly kind: 'problem'; readonly message: string };

const MATCHER = /\s*([a-zA-Z_][a-zA-Z0-9_]*)\s*(=~|!~|!=|=)\s*(?:"((?:[^"\\]|\\.)*)"|([^\s",{}=~!]+))\s*/y;

export function parseMatchers(text: string): MatchersParse {
  const body = text.trim().replace(/^\{(.*)\}$/s, '$1');
  const matchers: string[] = [];
  let at = 0;
  while (body.slice(at).trim() !== '') {
    MATCHER.lastIndex = at;
    const match = MATCHER.exec(body);
    if (match === null)
      return { kind: 'problem', message: `Not a matcher: ${body.slice(at).trim()}. Write label="value", with =, !=, =~ or !~.` };
    const [whole, label, operator, quoted, bare] = match;
    const value = quoted === undefined ? bare! : quoted.replace(/\\(.)/g, '$1');
    const broken = operator!.includes('~') ? regexProblem(value) : null;
    if (broken !== null) return { kind: 'problem', message: broken };
    matchers.push(`${label}${operator}"${value.replaceAll(/["\\]/g, '\\$&')}"`);
    at += whole.length;
    if (at < body.length && body[at] !== ',') return { kind: 'problem', message: `A comma is missing before ${body.slice(at).trim()}.` };
    at++;
  }
  return { kind: 'matchers', matchers };
}

export function formatMatchers(matchers: readonly string[]): string {
  return matchers.join(', ');
}

function regexProblem(pattern: string): string | null {
  try {
    new RegExp(pattern);
    return null;
  } catch {
    return `Not a regular expression: ${pattern}`;
  }
}
