/** Names that were taken from completion in this browser, the newest first: they come first the next time. */
export interface RecentNames {
  list(): readonly string[];
  remember(name: string): void;
}

const KEY = 'tidemark.recent-names';

/** What somebody works with at a time, and little to send along with each letter. */
const NAMES_MAX = 40;

export function recentNames(storage: Pick<Storage, 'getItem' | 'setItem'>): RecentNames {
  const list = (): readonly string[] => {
    try {
      const kept: unknown = JSON.parse(storage.getItem(KEY) ?? '[]');
      return Array.isArray(kept) ? kept.filter((name) => typeof name === 'string').slice(0, NAMES_MAX) : [];
    } catch {
      return []; // Written by something else, or not to be read at all.
    }
  };
  return {
    list,
    remember: (name) => {
      const names = [name, ...list().filter((other) => other !== name)].slice(0, NAMES_MAX);
      try {
        storage.setItem(KEY, JSON.stringify(names));
      } catch {
        // A browser that keeps nothing completes without it.
      }
    },
  };
}
