/**
 * Labels and annotations while they are edited: rows with a place of their own, so that two may be half typed and equal. What
 * is saved is a record; a row without a name and a value is not there.
 */
export interface Pair {
  readonly name: string;
  readonly value: string;
}

export function pairsOf(record: Readonly<Record<string, string>>): readonly Pair[] {
  return Object.entries(record).map(([name, value]) => ({ name, value }));
}

export function recordOf(pairs: readonly Pair[]): Record<string, string> {
  return Object.fromEntries(pairs.filter((pair) => pair.name.trim() !== '').map((pair) => [pair.name.trim(), pair.value]));
}

/** For each row what is wrong with it, or null. */
export function pairProblems(pairs: readonly Pair[], reserved: readonly string[] = []): readonly (string | null)[] {
  return pairs.map((pair, at) => {
    const name = pair.name.trim();
    if (name === '') return pair.value.trim() === '' ? null : 'This value has no name.';
    if (!/^[a-zA-Z_][a-zA-Z0-9_]*$/.test(name)) return 'Letters, digits and underscores, not starting with a digit.';
    if (reserved.includes(name)) return `\`${name}\` is set by Tidemark.`;
    return pairs.findIndex((other) => other.name.trim() === name) < at ? `\`${name}\` is there twice.` : null;
  });
}
