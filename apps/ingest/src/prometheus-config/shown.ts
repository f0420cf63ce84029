import { parse, stringify } from 'yaml';

/**
 * A configuration as everybody may see it: without comments, and with `<secret>` for what is one: values of keys that are named so,
 * wherever else in the file the same text stands, and passwords in URLs. `source` is a file that could be loaded.
 */
export function shownConfig(source: string): string {
  const value: unknown = parse(source, { schema: 'failsafe', merge: true });
  const secrets = new Set<string>();
  gather(value, false, secrets);
  return value === null || value === ''
    ? ''
    : stringify(hidden(value, false, secrets), { schema: 'failsafe', lineWidth: 0, aliasDuplicateObjects: false });
}

const SECRET_KEY = /(^|_)(passwords?|passphrase|secrets?|tokens?|credentials?|key)$/i;
const SECRET = '<secret>';
const URL_PASSWORD = /(\/\/[^/@\s:]*:)[^/@\s]+@/g;

/** What an alias brings in under a secret's key has its text at the anchor as well. */
function gather(value: unknown, isSecret: boolean, into: Set<string>): void {
  if (typeof value === 'string') {
    if (isSecret && value !== '') into.add(value);
  } else if (typeof value === 'object' && value !== null) {
    for (const [key, inner] of Object.entries(value)) gather(inner, isSecret || isSecretKey(key), into);
  }
}

function hidden(value: unknown, isSecret: boolean, secrets: ReadonlySet<string>): unknown {
  if (typeof value === 'string') return isSecret || secrets.has(value) ? SECRET : value.replace(URL_PASSWORD, `$1${SECRET}@`);
  if (Array.isArray(value)) return value.map((inner) => hidden(inner, isSecret, secrets));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, hidden(inner, isSecret || isSecretKey(key), secrets)]));
}

function isSecretKey(key: string): boolean {
  return SECRET_KEY.test(key);
}
