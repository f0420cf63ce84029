import { parseDurationMs } from '@tidemark/base';

/** As a person types a duration: with spaces, or nothing at all for 0. Milliseconds, or null for what is no duration. */
export function parseDuration(text: string): number | null {
  const compact = text.replaceAll(/\s+/g, '');
  return compact === '' ? 0 : parseDurationMs(compact);
}
