import type { AtTime, Binary, Duration, Expr, TimeShift, VectorSelector } from './ast.ts';
import { formatDuration, formatNumber } from './numbers.ts';
import { quote } from './strings.ts';

/** Canonical PromQL: what it prints reads back as the same tree, and printing that gives the same text. */
export function format(expr: Expr): string {
  switch (expr.kind) {
    case 'number':
      return expr.isDuration && Number.isFinite(expr.value) ? durationLiteral(expr.value) : formatNumber(expr.value);
    case 'string':
      return quote(expr.value);
    case 'vector':
      return selector(expr) + extension(expr) + shift(expr);
    case 'matrix':
      return `${selector(expr.vector)}[${duration(expr.range)}]${extension(expr.vector)}${shift(expr.vector)}`;
    case 'subquery':
      return `${format(expr.body)}[${duration(expr.range)}:${expr.step === null ? '' : duration(expr.step)}]${shift(expr)}`;
    case 'call':
      return `${expr.name}(${expr.args.map(format).join(', ')})`;
    case 'aggregation': {
      const { without, labels } = expr.grouping;
      const grouping = without || labels.length > 0 ? ` ${without ? 'without' : 'by'} (${labelList(labels)}) ` : '';
      const args = expr.parameter === null ? format(expr.body) : `${format(expr.parameter)}, ${format(expr.body)}`;
      return `${expr.operator}${grouping}(${args})`;
    }
    case 'binary':
      return `${format(expr.left)} ${expr.operator}${modifiers(expr)} ${format(expr.right)}`;
    case 'unary':
      return `${expr.operator}${format(expr.body)}`;
    case 'paren':
      return `(${format(expr.body)})`;
  }
}

const PLAIN_LABEL = /^[a-zA-Z_]\w*$/;
const PLAIN_METRIC = /^[a-zA-Z_:][\w:]*$/;
const NO_METRIC = /^(inf|nan|bool|on|ignoring|group_left|group_right|atan2)$/i;

export function writtenLabel(name: string): string {
  return PLAIN_LABEL.test(name) ? name : quote(name);
}

function labelList(names: readonly string[]): string {
  return names.map(writtenLabel).join(', ');
}

/** May it stand before the braces? Otherwise it is quoted within them. */
export function isBareMetric(name: string): boolean {
  return PLAIN_METRIC.test(name) && !NO_METRIC.test(name);
}

function selector({ name, matchers }: VectorSelector): string {
  const isBare = isBareMetric(name);
  // The name's own matcher stands last.
  const others = isBare ? matchers.slice(0, -1) : matchers;
  const parts = others.map((matcher) => `${writtenLabel(matcher.name)}${matcher.operator}${quote(matcher.value)}`).sort();
  const bare = isBare ? name : '';
  return parts.length === 0 ? bare : `${bare}{${parts.join(',')}}`;
}

function extension(expr: VectorSelector): string {
  return expr.extension === null ? '' : ` ${expr.extension}`;
}

function shift(expr: TimeShift): string {
  const at = expr.at === null ? '' : ` @ ${atTime(expr.at)}`;
  return expr.offset === null ? at : `${at} offset ${duration(expr.offset)}`;
}

function atTime(at: AtTime): string {
  return at.kind === 'time' ? (at.atMs / 1000).toFixed(3) : `${at.kind}()`;
}

function duration(node: Duration): string {
  switch (node.kind) {
    case 'seconds':
      return durationLiteral(node.seconds);
    case 'step':
    case 'range':
      return `${node.kind}()`;
    case 'sign':
      return `${node.operator}${duration(node.body)}`;
    case 'paren':
      return `(${duration(node.body)})`;
    case 'choice':
      return `${node.choice}_of(${duration(node.left)}, ${duration(node.right)})`;
    case 'arithmetic':
      return `${duration(node.left)} ${node.operator} ${duration(node.right)}`;
  }
}

function durationLiteral(seconds: number): string {
  const ms = Math.round(seconds * 1000);
  return ms / 1000 === seconds && Number.isSafeInteger(ms) ? formatDuration(ms) : formatNumber(seconds);
}

function modifiers(expr: Binary): string {
  const bool = expr.returnBool ? ' bool' : '';
  const { matching } = expr;
  if (matching === null) return bool;
  let text = bool;
  const grouped = matching.cardinality === 'many-to-one' || matching.cardinality === 'one-to-many';
  if (matching.on || matching.labels.length > 0 || grouped) text += ` ${matching.on ? 'on' : 'ignoring'} (${labelList(matching.labels)})`;
  if (grouped) {
    text += matching.cardinality === 'many-to-one' ? ' group_left' : ' group_right';
    text += ` (${labelList(matching.include)})`;
  }
  const { fillLeft, fillRight } = matching;
  if (fillLeft !== null) text += ` fill_left(${formatNumber(fillLeft)})`;
  if (fillRight !== null) text += ` fill_right(${formatNumber(fillRight)})`;
  return text;
}
