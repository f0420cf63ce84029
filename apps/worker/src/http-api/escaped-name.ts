/**
 * Label names outside `[a-zA-Z0-9_]` in a path: `U__` and then `__` for an underscore, `_hex_` for any other code point.
 * Source: Prometheus, "values" escaping scheme (docs/instrumenting/escaping_schemes). What is not well escaped means itself.
 */
export function unescapeName(name: string): string {
  if (!name.startsWith('U__')) return name;
  let result = '';
  for (let at = 3; at < name.length; ) {
    if (name[at] !== '_') {
      result += name[at++];
      continue;
    }
    const code = /^_([0-9a-fA-F]{0,6})_/.exec(name.slice(at, at + 8));
    if (code === null) return name;
    const point = code[1] === '' ? 0x5f : Number.parseInt(code[1], 16);
    if (point > 0x10ffff || (point >= 0xd800 && point <= 0xdfff)) return name;
    result += String.fromCodePoint(point);
    at += code[0].length;
  }
  return result;
}
