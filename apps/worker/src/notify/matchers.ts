import { type Labels, Matcher, type MatchOperator } from '@tidemark/tsdb/model';

/** Matchers as Alertmanager writes them: `severity="page"`, `team=~"db|web"`, the quotes left out where nothing needs them. */
export type MatchersResult =
  | { readonly kind: 'matchers'; readonly matchers: readonly Matcher[] }
  | { readonly kind: 'problem'; readonly message: string };

export function parseMatchers(sources: readonly string[]): MatchersResult {
  const matchers: Matcher[] = [];
  for (const source of sources) {
    const match = /^\s*([A-Za-z_]\w*)\s*(=~|!~|!=|=)\s*(?:("(?:[^"\\\n]|\\.)*")|([^\s",{}]*))\s*$/.exec(source);
    if (match === null) return { kind: 'problem', message: `"${source}" is no matcher: write label="value", or != =~ !~` };
    const [, name, operator, quoted, bare] = match;
    try {
      matchers.push(new Matcher(name, operator as MatchOperator, quoted === undefined ? bare : (JSON.parse(quoted) as string)));
    } catch (error) {
      return { kind: 'problem', message: `matcher "${source}": ${(error as Error).message}` };
    }
  }
  return { kind: 'matchers', matchers };
}

/** The labels by which an alert is grouped, those that it lacks left out. `...` stands for all. */
export function groupLabelsOf(labels: Labels, groupBy: readonly string[]): Labels {
  return groupBy.includes('...') ? labels : labels.filter((name) => groupBy.includes(name));
}
