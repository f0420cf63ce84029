import { LANGUAGE_WORDS, type PartialSelector, type Place, placeAt, WORD_DOCS } from '@tidemark/promql/editor';
import { isBareMetric, quote } from '@tidemark/promql/syntax';
import type { MetricRow, Suggestion, SuggestionList, SuggestRequest } from '@tidemark/rpc';
import { Matcher, METRIC_NAME } from '@tidemark/tsdb/model';
import { COMPLETIONS_MAX, EDITOR_SELECTORS_MAX, METRICS_UNTYPED_MAX } from '../limits.ts';
import type { KnownNames } from '../names/known-names.ts';
import { type NameIndex, rankOf } from '../names/name-index.ts';
import { best, type Candidate } from './rank.ts';
import { insideQuotes, labelWithin, literalRegex } from './written.ts';

/** What may be written at the cursor: the language's words and what is known of the tenant's series, best first. */
export async function suggest(tenant: string, { expr, at, recent = [] }: SuggestRequest, names: KnownNames): Promise<SuggestionList> {
  const place = placeAt(expr, Math.min(at, expr.length));
  const asked = new Asked(tenant, names, recent, expr.slice(place.to));
  const { from, to, typed, candidates } = await candidatesAt(place, asked);
  const chosen = best(candidates, typed, recent, COMPLETIONS_MAX);
  return {
    from,
    to,
    typed,
    rows: await withMetrics(
      tenant,
      chosen.map(({ row: one }) => one),
      names,
    ),
  };
}

interface Found {
  readonly from: number;
  readonly to: number;
  readonly typed: string;
  readonly candidates: readonly Candidate<Suggestion>[];
}

/** What every kind of place needs to answer. */
class Asked {
  readonly tenant: string;
  readonly names: KnownNames;
  readonly recent: readonly string[];
  /** What stands behind the stretch that is replaced. */
  readonly behind: string;

  constructor(tenant: string, names: KnownNames, recent: readonly string[], behind: string) {
    this.tenant = tenant;
    this.names = names;
    this.recent = recent;
    this.behind = behind.trimStart();
  }

  /** The best of a list, and what was taken lately wherever it ranks. */
  ranked(list: NameIndex, typed: string): string[] {
    const lately = this.recent.filter((name) => list.has(name) && rankOf(name, typed) !== null);
    return [...new Set([...lately, ...list.best(typed, typed === '' ? METRICS_UNTYPED_MAX : COMPLETIONS_MAX)])];
  }

  labels(selectors: readonly PartialSelector[]): Promise<readonly NameIndex[]> {
    return Promise.all(distinct(selectors).map((selector) => this.names.list(this.tenant, null, matchersOf(selector))));
  }
}

async function candidatesAt(place: Place, asked: Asked): Promise<Found> {
  const { from, to, typed } = place;
  const found = (candidates: readonly Candidate<Suggestion>[], at: Partial<Found> = {}): Found => ({ from, to, typed, candidates, ...at });
  switch (place.kind) {
    case 'nothing':
      return found([]);
    case 'operand': {
      const metrics = await asked.names.list(asked.tenant, METRIC_NAME);
      return found([
        ...place.words.map((word) => candidate(word, WORD_FIRST, wordRow(word))),
        ...LANGUAGE.map((each) => ({ ...each, row: called(each.row, asked.behind) })),
        ...asked.ranked(metrics, typed).map((name) => candidate(name, typed === '' ? WORD_FIRST : NAME_LAST, metricRow(name))),
      ]);
    }
    case 'word':
      return found(place.words.map((word) => candidate(word, WORD_FIRST, wordRow(word))));
    case 'duration':
      return found(durations(typed).map((text, i) => candidate(text, i, row(text, 'duration', { before: text }))));
    case 'label':
      return labelsAt(place, asked);
    case 'grouping': {
      const lists = await asked.labels(place.selectors);
      const labels = new Set(lists.flatMap(({ names }) => names).filter((name) => name !== METRIC_NAME && !place.taken.includes(name)));
      const { quoted } = place;
      const rows = [...labels].flatMap((name) => {
        const before = labelWithin(name, quoted?.quote ?? null);
        return before === null ? [] : [candidate(name, NAME_LAST, row(name, 'label', { before }))];
      });
      return found(rows, around(place, quoted));
    }
    case 'label text': {
      const lists = await asked.labels(place.selectors);
      const labels = new Set(lists.flatMap(({ names }) => names).filter((name) => name !== METRIC_NAME));
      return found([...labels].flatMap((name) => inQuotes(name, name, place.quoted, 'label')));
    }
    case 'value':
      return valuesAt(place, asked);
  }
}

/** A label becomes `label=""`, with the cursor in between; a metric that must be quoted stands here too. */
async function labelsAt(place: Place & { kind: 'label' }, asked: Asked): Promise<Found> {
  const { quoted, selector, hasOperator, typed } = place;
  const [list] = await asked.labels([selector]);
  const taken = new Set(selector.matchers.map(({ name }) => name));
  const labels = list.names.filter((name) => !taken.has(name) && (name !== METRIC_NAME || selector.metric === ''));
  const value = hasOperator ? { goesOn: false } : { after: '"', goesOn: true };
  const candidates = labels.flatMap((name) => {
    const written = labelWithin(name, quoted?.quote ?? null);
    return written === null
      ? []
      : [
          candidate(
            name,
            name === METRIC_NAME ? NAME_LAST + 1 : NAME_LAST,
            row(name, 'label', { before: hasOperator ? written : `${written}="`, ...value }),
          ),
        ];
  });
  const span = around(place, quoted);
  if (quoted === null || selector.metric !== '') return { ...place, candidates, ...span };
  const metrics = asked.ranked(await asked.names.list(asked.tenant, METRIC_NAME), typed);
  const written = metrics.map((name) => candidate(name, NAME_LAST, row(name, 'metric', { before: quote(name) })));
  return { ...place, candidates: [...candidates, ...written], ...span };
}

/** Of a regular expression the last alternative is written. */
async function valuesAt(place: Place & { kind: 'value' }, asked: Asked): Promise<Found> {
  const { label, isRegex, selector, quoted } = place;
  const list = await asked.names.list(asked.tenant, label, matchersOf(selector));
  const start = isRegex ? place.typed.lastIndexOf('|') + 1 : 0;
  const typed = place.typed.slice(start);
  const kind = label === METRIC_NAME ? 'metric' : 'value';
  const candidates = asked.ranked(list, typed).flatMap((value) => {
    const text = isRegex ? literalRegex(value) : value;
    return quoted === null ? [candidate(value, NAME_LAST, row(value, kind, { before: quote(text) }))] : inQuotes(value, text, quoted, kind);
  });
  const written = insideQuotes(place.typed.slice(0, start), quoted?.quote ?? '"') ?? '';
  return { from: place.from + written.length, to: place.to, typed, candidates };
}

const WORD_FIRST = 0;
const CALL_SECOND = 1;
const NAME_LAST = 2;

function candidate(name: string, order: number, one: Suggestion): Candidate<Suggestion> {
  return { name, order, row: one };
}

function row(text: string, kind: Suggestion['kind'], rest: Partial<Suggestion>): Suggestion {
  return { text, kind, detail: '', about: '', before: text, after: '', goesOn: false, ...rest };
}

function inQuotes(name: string, text: string, quoted: { readonly quote: string; readonly closed: boolean }, kind: Suggestion['kind']) {
  const inside = insideQuotes(text, quoted.quote);
  if (inside === null) return [];
  return [candidate(name, NAME_LAST, row(name, kind, { before: quoted.closed ? inside : `${inside}${quoted.quote}` }))];
}

/** With the quotes around it. */
function around({ from, to }: Place, quoted: { readonly closed: boolean } | null): { readonly from: number; readonly to: number } {
  return quoted === null ? { from, to } : { from: from - 1, to: quoted.closed ? to + 1 : to };
}

/** The parentheses that are there already are not written again. */
function called(one: Suggestion, behind: string): Suggestion {
  return behind.startsWith('(') ? { ...one, before: one.text, after: '' } : one;
}

const LANGUAGE: readonly Candidate<Suggestion>[] = LANGUAGE_WORDS.map(({ name, kind, title, about }) => {
  const isBare = title.startsWith(`${name}()`);
  const written = isBare ? { before: `${name}()` } : { before: `${name}(`, after: ')' };
  return candidate(name, CALL_SECOND, row(name, kind, { detail: title.slice(name.length), about: about.join('\n'), ...written }));
});

const GROUPING_WORDS = new Set(['by', 'without', 'on', 'ignoring']);
const FILL_WORDS = new Set(['fill', 'fill_left', 'fill_right']);

function wordRow(word: string): Suggestion {
  const doc = WORD_DOCS[word.replace('()', '')];
  const written = GROUPING_WORDS.has(word)
    ? { before: `${word} (`, after: ')', goesOn: true }
    : FILL_WORDS.has(word)
      ? { before: `${word}(`, after: ')' }
      : { before: word.endsWith(')') ? word : `${word} `, goesOn: word === 'offset' };
  return row(word, 'word', { detail: doc?.usage ?? '', about: doc?.about.join('\n') ?? '', ...written });
}

function metricRow(name: string): Suggestion {
  return row(name, 'metric', { before: isBareMetric(name) ? name : `{${quote(name)}}` });
}

/** Type, unit and help of the metrics among them. */
async function withMetrics(tenant: string, rows: readonly Suggestion[], names: KnownNames): Promise<Suggestion[]> {
  const metrics = rows.filter(({ kind }) => kind === 'metric').map(({ text }) => text);
  if (metrics.length === 0) return [...rows];
  const about = new Map<string, MetricRow>((await names.about(tenant, metrics)).map((known) => [known.name, known]));
  return rows.map((one) => {
    const known = one.kind === 'metric' ? about.get(one.text) : undefined;
    return known === undefined ? one : { ...one, detail: [known.type, known.unit].filter(Boolean).join(', '), about: known.help };
  });
}

const USUAL_DURATIONS = ['5m', '1m', '10m', '15m', '30m', '1h', '2h', '6h', '12h', '1d', '7d', '30d'];
const UNITS = ['m', 's', 'h', 'd', 'w'];

function durations(typed: string): readonly string[] {
  if (typed === '') return USUAL_DURATIONS;
  return /^\d+$/.test(typed) ? UNITS.map((unit) => `${typed}${unit}`) : [];
}

/** Each once, and all series where none is named. */
export function distinct(selectors: readonly PartialSelector[]): readonly PartialSelector[] {
  const known = new Map(selectors.map((selector) => [JSON.stringify(selector), selector]));
  return known.size === 0 ? [{ metric: '', matchers: [] }] : [...known.values()].slice(0, EDITOR_SELECTORS_MAX);
}

/** Without a matcher that is no valid expression yet. */
export function matchersOf({ metric, matchers }: PartialSelector): Matcher[] {
  const named = metric === '' ? [] : [new Matcher(METRIC_NAME, '=', metric)];
  return matchers.reduce((all, { name, operator, value }) => {
    try {
      all.push(new Matcher(name, operator, value));
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error;
    }
    return all;
  }, named);
}
