/**
 * The expressions that were run, newest first, each once, kept by this browser. Pure functions over the stored text; whatever
 * else stands there (another version, damage) counts as no history.
 */
export interface PastQuery {
  readonly expr: string;
  readonly ranAtMs: number;
}

export const HISTORY_KEY = 'tidemark.queries.1';

/** More cannot be looked through, and all of it is written at each run. */
export const HISTORY_MAX = 200;

export function remember(history: readonly PastQuery[], expr: string, nowMs: number): readonly PastQuery[] {
  const trimmed = expr.trim();
  if (trimmed === '') return history;
  return [{ expr: trimmed, ranAtMs: nowMs }, ...history.filter((past) => past.expr !== trimmed)].slice(0, HISTORY_MAX);
}

export function decodeHistory(text: string | null): readonly PastQuery[] {
  if (text === null) return [];
  try {
    const stored: unknown = JSON.parse(text);
    return Array.isArray(stored) ? stored.filter(isPastQuery).slice(0, HISTORY_MAX) : [];
  } catch {
    return [];
  }
}

export function searchHistory(history: readonly PastQuery[], search: string): readonly PastQuery[] {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  return history.filter((past) => words.every((word) => past.expr.toLowerCase().includes(word)));
}

function isPastQuery(value: unknown): value is PastQuery {
  const past = value as PastQuery | null;
  return typeof past === 'object' && past !== null && typeof past.expr === 'string' && Number.isFinite(past.ranAtMs);
}
