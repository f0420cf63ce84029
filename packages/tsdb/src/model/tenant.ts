/** Whose data it is: the `X-Scope-OrgID` header, `default` without it. */
export const DEFAULT_TENANT = 'default';

/** What names a folder safely as well: no separators, no dots alone, at most 150 bytes (as Mimir has it). */
export function isTenantName(text: string): boolean {
  return /^[A-Za-z0-9!\-_.*'()]{1,150}$/.test(text) && text !== '.' && text !== '..';
}
