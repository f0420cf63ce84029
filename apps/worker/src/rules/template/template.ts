import { FUNCTIONS, printValue, type TemplateValue } from './functions.ts';

/**
 * The part of Go's text/template that alerting rules use: text with actions.
 *
 *   action    {{ pipeline }}      {{- and -}} cut the blanks beside them
 *   pipeline  command { | command }      each result is the next command's last argument
 *   command   operand, or function operand …, or index $labels "name"
 *   operand   $value .Value   $labels.NAME .Labels.NAME   "text" `text`   12.5
 *
 * Whatever else is written is refused by name when the template is compiled, not when an alert fires.
 */
export interface TemplateData {
  readonly labels: { get(name: string): string };
  readonly value: number;
}

export interface Template {
  /** Never throws: what fails with this data says so in the text, as Prometheus does. */
  render(data: TemplateData): string;
}

export type Compiled = { readonly kind: 'template'; readonly template: Template } | { readonly kind: 'problem'; readonly message: string };

export function compileTemplate(source: string): Compiled {
  try {
    const parts = parse(source);
    return { kind: 'template', template: { render: (data) => render(parts, data) } };
  } catch (error) {
    if (error instanceof TemplateError) return { kind: 'problem', message: error.message };
    throw error;
  }
}

class TemplateError extends Error {}

type Evaluate = (data: TemplateData) => TemplateValue;
type Part = string | Evaluate;

function render(parts: readonly Part[], data: TemplateData): string {
  try {
    return parts.map((part) => (typeof part === 'string' ? part : printValue(part(data)))).join('');
  } catch (error) {
    if (error instanceof RangeError) return `<error expanding template: ${error.message}>`;
    throw error;
  }
}

const ACTION = /\{\{(- )?((?:"(?:[^"\\\n]|\\.)*"|`[^`]*`|(?!\}\})[\s\S])*?)( -)?\}\}/g;

function parse(source: string): Part[] {
  const parts: Part[] = [];
  let at = 0;
  let cutNext = false;
  const text = (piece: string, cutEnd: boolean) => {
    const shut = piece.indexOf('{{');
    if (shut !== -1) throw new TemplateError(`"{{" is not closed: ${piece.slice(shut, shut + 20)}`);
    const begun = cutNext ? piece.trimStart() : piece;
    parts.push(cutEnd ? begun.trimEnd() : begun);
  };
  for (const match of source.matchAll(ACTION)) {
    text(source.slice(at, match.index), match[1] !== undefined);
    parts.push(pipeline(tokens(match[2])));
    cutNext = match[3] !== undefined;
    at = match.index + match[0].length;
  }
  text(source.slice(at), false);
  return parts.filter((part) => part !== '');
}

const TOKEN = /\s*(?:("(?:[^"\\\n]|\\.)*")|`([^`]*)`|(\|)|([^\s|"`]+))/y;

type Token =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'pipe' }
  | { readonly kind: 'word'; readonly word: string };

function tokens(source: string): Token[] {
  const found: Token[] = [];
  const end = source.trimEnd().length;
  for (TOKEN.lastIndex = 0; TOKEN.lastIndex < end; ) {
    const match = TOKEN.exec(source);
    if (match === null) throw new TemplateError(`a text is not closed in "{{${source}}}"`);
    if (match[1] !== undefined) found.push({ kind: 'text', text: unquote(match[1]) });
    else if (match[2] !== undefined) found.push({ kind: 'text', text: match[2] });
    else if (match[3] !== undefined) found.push({ kind: 'pipe' });
    else found.push({ kind: 'word', word: match[4] });
  }
  return found;
}

function pipeline(all: readonly Token[]): Evaluate {
  const commands: Token[][] = [[]];
  for (const token of all) {
    if (token.kind === 'pipe') commands.push([]);
    else commands[commands.length - 1].push(token);
  }
  return commands.reduce<Evaluate | null>((piped, command) => compileCommand(command, piped), null) as Evaluate;
}

function compileCommand(command: readonly Token[], piped: Evaluate | null): Evaluate {
  const [head, ...rest] = command;
  if (head === undefined) throw new TemplateError('"{{ }}" has nothing to show');
  if (head.kind === 'word' && head.word === 'index') return indexOf(rest);
  const entry = head.kind === 'word' && Object.hasOwn(FUNCTIONS, head.word) ? FUNCTIONS[head.word] : null;
  if (entry === null) {
    if (rest.length > 0 || piped !== null)
      throw new TemplateError(`${nameOf(head)} is no function: there are ${Object.keys(FUNCTIONS).join(', ')}`);
    return operand(head);
  }
  const args = [...rest.map(operand), ...(piped === null ? [] : [piped])];
  const [least, most] = entry.takes;
  if (args.length < least || args.length > most) throw new TemplateError(`${nameOf(head)} takes ${least} value, not ${args.length}`);
  return (data) => entry.call(...args.map((arg) => arg(data)));
}

/** Labels whose names a dot cannot name. */
function indexOf(rest: readonly Token[]): Evaluate {
  const [of, name] = rest;
  if (rest.length !== 2 || of.kind !== 'word' || !['$labels', '.Labels'].includes(of.word) || name.kind !== 'text') {
    throw new TemplateError('index is known as index $labels "name" only');
  }
  return ({ labels }) => labels.get(name.text);
}

function operand(token: Token): Evaluate {
  if (token.kind === 'text') return () => token.text;
  if (token.kind === 'pipe') throw new TemplateError('"|" stands alone');
  const { word } = token;
  if (word === '$value' || word === '.Value') return ({ value }) => value;
  const label = /^(?:\$labels|\.Labels)\.([A-Za-z_]\w*)$/.exec(word);
  if (label !== null) return ({ labels }) => labels.get(label[1]);
  if (/^[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?$/.test(word)) return () => Number(word);
  throw new TemplateError(`"${word}" is not known here: use $value, $labels.NAME, or ${Object.keys(FUNCTIONS).join(', ')}`);
}

function nameOf(token: Token): string {
  if (token.kind === 'text') return JSON.stringify(token.text);
  return token.kind === 'word' ? `"${token.word}"` : '"|"';
}

function unquote(quoted: string): string {
  try {
    return JSON.parse(quoted) as string;
  } catch {
    throw new TemplateError(`${quoted} has an escape that is not known`);
  }
}
