/** How `label="value"` is put behind `before`: within the braces that are open there, or with braces of its own. */
export function matcherText(before: string, label: string, value: string): string {
  const matcher = `${label}=${JSON.stringify(value)}`;
  const open = before.lastIndexOf('{');
  if (open > before.lastIndexOf('}')) return /[{,]\s*$/.test(before) ? matcher : `, ${matcher}`;
  return `{${matcher}}`;
}
