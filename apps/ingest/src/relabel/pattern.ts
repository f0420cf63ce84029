import { RE2JS } from 're2js';

/**
 * A relabeling rule's regular expression: RE2, anchored at both ends (`^(?s:…)$`), with Go's templates.
 */
export interface Pattern {
  readonly source: string;
  matches(text: string): boolean;
  /** The template filled from the match of `text`, or null when it does not match. See `expand`. */
  expand(template: string, text: string): string | null;
}

/** Throws `SyntaxError` when `source` is no valid RE2 expression. */
export function compilePattern(source: string): Pattern {
  if (source === '(.*)') return EVERYTHING;
  let compiled: RE2JS;
  try {
    compiled = RE2JS.compile(source, RE2JS.DOTALL);
  } catch (error) {
    throw new SyntaxError(`invalid regular expression "${source}": ${(error as Error).message}`);
  }
  const names: Readonly<Record<string, number>> = compiled.namedGroups();
  return {
    source,
    matches: (text) => compiled.matches(text),
    expand(template, text) {
      const match = compiled.matcher(text);
      if (!match.matches()) return null;
      const groups = match.groupCount();
      return expand(template, (name) => {
        const group = /^\d+$/.test(name) ? Number(name) : names[name];
        return group !== undefined && group <= groups ? (match.group(group) ?? '') : '';
      });
    },
  };
}

/** The default `(.*)`: the most used expression by far, and it needs no engine. */
const EVERYTHING: Pattern = {
  source: '(.*)',
  matches: () => true,
  expand: (template, text) => expand(template, (name) => (/^0*[01]$/.test(name) ? text : '')),
};

/**
 * Go's `Regexp.Expand`: `$name` takes the longest run of letters, digits and `_`, `${name}` delimits it,
 * `$$` is a dollar, a malformed reference stays as written, an unknown group is empty.
 */
export function expand(template: string, group: (name: string) => string): string {
  if (!template.includes('$')) return template;
  return template.replace(/\$(?:\$|\{([\p{L}\p{Nd}_]+)\}|([\p{L}\p{Nd}_]+))/gu, (whole, braced, bare) =>
    whole === '$$' ? '$' : group(braced ?? bare),
  );
}

/** Does the template refer to a group? */
export function hasReference(template: string): boolean {
  return /\$(?:\{[\p{L}\p{Nd}_]+\}|[\p{L}\p{Nd}_]+)/u.test(template);
}
