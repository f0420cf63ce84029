import { parseDuration, parseSignedNumber } from '../syntax/numbers.ts';
import { readString } from '../syntax/strings.ts';
import { nativeFromClassic } from './nhcb.ts';
import { type NotedSeries, parseSeries, parseStarts } from './series-notation.ts';

/** A `.test` script as commands. The language is that of Prometheus' promqltest. */
export type Command =
  | { readonly kind: 'clear' }
  | { readonly kind: 'load'; readonly stepMs: number; readonly series: readonly NotedSeries[] }
  | Evaluation;

export interface Evaluation {
  readonly kind: 'eval';
  readonly line: number;
  readonly expr: string;
  /** Null: an instant query at `startMs`. */
  readonly range: { readonly endMs: number; readonly stepMs: number } | null;
  readonly startMs: number;
  readonly expected: Expected;
}

export interface Expected {
  readonly fails: readonly Text[] | null;
  readonly warns: readonly Text[] | null;
  readonly infos: readonly Text[] | null;
  readonly noWarns: boolean;
  readonly noInfos: boolean;
  readonly ordered: boolean;
  readonly scalar: number | null;
  readonly string: string | null;
  readonly series: readonly NotedSeries[];
  /** Of a range vector from an instant query: where the values of `series` lie. */
  readonly grid: { readonly startMs: number; readonly endMs: number; readonly stepMs: number } | null;
}

/** What a message must be or match; null takes any. */
export type Text = { readonly exact: string } | { readonly pattern: RegExp } | null;

export class ScriptError extends Error {
  override readonly name = 'ScriptError';
}

export function parseScript(text: string): Command[] {
  const lines = text.split('\n').map((line) => (line.trim().startsWith('#') ? '' : line.trim()));
  const commands: Command[] = [];
  for (let at = 0; at < lines.length; at++) {
    if (lines[at] === '') continue;
    const head = at;
    while (at + 1 < lines.length && lines[at + 1] !== '' && !isCommand(lines[at + 1])) at++;
    try {
      commands.push(parseCommand(lines[head], lines.slice(head + 1, at + 1), head + 1));
    } catch (error) {
      throw new ScriptError(`line ${head + 1}: ${(error as Error).message}`);
    }
  }
  return commands;
}

function isCommand(line: string): boolean {
  return /^(clear$|load(_with_nhcb)?\s+\S+$|eval(_\w+)?\s+(instant|range)\s)/.test(line);
}

function parseCommand(head: string, body: readonly string[], line: number): Command {
  if (head === 'clear') return { kind: 'clear' };
  const load = /^load(_with_nhcb)?\s+(\S+)$/.exec(head);
  if (load !== null) {
    const series = parseLoaded(body);
    const native = load[1] === undefined ? [] : nativeFromClassic(series);
    return { kind: 'load', stepMs: time(load[2]), series: [...series, ...native] };
  }
  const instant = /^eval(?:_(\w+))?\s+instant\s+(?:at\s+(\S+)\s+)?(.+)$/.exec(head);
  if (instant !== null) {
    const [, mode, at = '0', expr] = instant;
    return { kind: 'eval', line, expr, range: null, startMs: time(at), expected: parseExpected(mode, body) };
  }
  const range = /^eval(?:_(\w+))?\s+range\s+from\s+(\S+)\s+to\s+(\S+)\s+step\s+(\S+)\s+(.+)$/.exec(head);
  if (range === null) throw new ScriptError(`no command: ${head}`);
  const [, mode, from, to, step, expr] = range;
  const steps = { endMs: time(to), stepMs: time(step) };
  return { kind: 'eval', line, expr, range: steps, startMs: time(from), expected: parseExpected(mode, body) };
}

/** A line of starts is about the series behind it. */
function parseLoaded(body: readonly string[]): NotedSeries[] {
  const series: NotedSeries[] = [];
  let told: ReturnType<typeof parseStarts> = null;
  for (const line of body) {
    const starts = parseStarts(line);
    if (starts !== null && told === null) {
      told = starts;
      continue;
    }
    const one = parseSeries(line);
    if (told !== null && !(told.labels.equals(one.labels) && told.starts.length === one.values.length))
      throw new ScriptError(`starts that do not fit the series: ${line}`);
    series.push(told === null ? one : { ...one, starts: told.starts });
    told = null;
  }
  if (told !== null) throw new ScriptError('starts without a series');
  return series;
}

type Draft = { -readonly [K in keyof Expected]: Expected[K] };

function parseExpected(mode: string | undefined, body: readonly string[]): Expected {
  const expected: Draft = {
    fails: mode === 'fail' ? [] : null,
    warns: mode === 'warn' ? [null] : null,
    infos: mode === 'info' ? [null] : null,
    noWarns: false,
    noInfos: false,
    ordered: mode === 'ordered',
    scalar: null,
    string: null,
    series: [],
    grid: null,
  };
  const series: NotedSeries[] = [];
  for (const line of body) {
    const old = /^expect_fail_(message|regexp)\s+(.*)$/.exec(line);
    const number = parseSignedNumber(line);
    if (old !== null) expected.fails = [old[1] === 'message' ? { exact: old[2] } : { pattern: new RegExp(old[2]) }];
    else if (/^expect\s/.test(line)) expect(expected, line.replace(/^expect\s+/, ''));
    else if (number !== null) expected.scalar = number;
    else series.push(parseSeries(line));
  }
  return { ...expected, series };
}

function expect(expected: Draft, what: string): void {
  const grid = /^range vector from (\S+) to (\S+) step (\S+)$/.exec(what);
  const string = /^string\s+(.*)$/.exec(what);
  const message = /^(fail|warn|info)(?:\s+(msg|regex):\s*(.*))?$/.exec(what);
  if (grid !== null) expected.grid = { startMs: time(grid[1]), endMs: time(grid[2]), stepMs: time(grid[3]) };
  else if (string !== null) expected.string = readString(string[1], 0).value;
  else if (what === 'ordered') expected.ordered = true;
  else if (what === 'no_warn') expected.noWarns = true;
  else if (what === 'no_info') expected.noInfos = true;
  else if (message !== null) {
    const [, kind, form, text] = message;
    const wanted: Text = form === undefined ? null : form === 'msg' ? { exact: text } : { pattern: new RegExp(text) };
    if (kind === 'fail') expected.fails = [...(expected.fails ?? []), wanted];
    else if (kind === 'warn') expected.warns = [...(expected.warns ?? []), wanted];
    else expected.infos = [...(expected.infos ?? []), wanted];
  } else throw new ScriptError(`no expectation: ${what}`);
}

/** Milliseconds of `1h30m`, or of a plain number of seconds. */
function time(text: string): number {
  const negative = text.startsWith('-');
  const plain = text.replace(/^[+-]/, '');
  const ms = parseDuration(plain) ?? (/^\d+(\.\d+)?$/.test(plain) ? Math.round(Number(plain) * 1000) : null);
  if (ms === null) throw new ScriptError(`no time: ${text}`);
  return negative ? -ms : ms;
}
