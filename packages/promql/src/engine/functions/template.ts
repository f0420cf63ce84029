import type { Matcher, RE2JS } from 're2js';

/** Go's `Regexp.Expand`: `$1`, `${1}`, `$name`, `${name}`, `$$`. The longest name counts: `$1x` is `${1x}`, which is empty. */
export function expandTemplate(template: string, match: Matcher, regex: RE2JS): string {
  return template.replace(/\$(?:\$|\{(\w+)\}|(\w+))/g, (whole, braced: string | undefined, bare: string | undefined) => {
    if (whole === '$$') return '$';
    const name = braced ?? bare ?? '';
    if (/^\d+$/.test(name)) return Number(name) <= match.groupCount() ? (match.group(Number(name)) ?? '') : '';
    return name in regex.namedGroups() ? (match.group(name) ?? '') : '';
  });
}
