/** What a list shows, to and from the URL: `state=firing&find=cpu+page`. Parameters of others stay as they are. */
export interface ListFilter<State extends string> {
  /** Null: all states. */
  readonly state: State | null;
  readonly find: string;
}

export function decodeListFilter<State extends string>(params: URLSearchParams, states: readonly State[]): ListFilter<State> {
  const state = params.get('state');
  return { state: states.find((known) => known === state) ?? null, find: params.get('find') ?? '' };
}

export function encodeListFilter(filter: ListFilter<string>, params: URLSearchParams): URLSearchParams {
  const next = new URLSearchParams(params);
  if (filter.state === null) next.delete('state');
  else next.set('state', filter.state);
  if (filter.find === '') next.delete('find');
  else next.set('find', filter.find);
  return next;
}

/** A test of lower-case text: all words of the search must be in it, in any order. */
export function finder(find: string): (text: string) => boolean {
  const words = find.toLowerCase().split(/\s+/).filter(Boolean);
  return (text) => words.every((word) => text.includes(word));
}

/** Labels as words to be found: `severity=page`. */
export function labelWords(labels: Readonly<Record<string, string>>): string {
  return Object.entries(labels)
    .map(([name, value]) => `${name}=${value}`)
    .join('\n');
}
