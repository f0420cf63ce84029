import type { Duration } from './ast.ts';
import type { Cursor } from './cursor.ts';

/** Durations between brackets and behind `offset`, with their own small arithmetic: `[5m * 2]`, `offset -(1h + 30m)`. */

const PRECEDENCE: Record<string, number> = { '+': 1, '-': 1, '*': 2, '/': 2, '%': 2, '^': 3 };

/** A whole expression: the brackets around it end it. */
export function parseDurationExpression(cursor: Cursor, context: string, minimum = 0): Duration {
  return cursor.nested(() => {
    let left = parseOperand(cursor, context);
    for (;;) {
      const { kind, text } = cursor.peek();
      const precedence = kind === 'symbol' ? PRECEDENCE[text] : undefined;
      if (precedence === undefined || precedence < minimum) return left;
      cursor.take();
      const right = parseDurationExpression(cursor, context, text === '^' ? precedence : precedence + 1);
      left = { kind: 'arithmetic', operator: text as '+', left, right };
    }
  });
}

/** A sign binds more weakly than a power: `-2 ^ 2` is -4. */
function parseOperand(cursor: Cursor, context: string): Duration {
  if (!cursor.at('-') && !cursor.at('+')) return parseDurationTerm(cursor, context);
  const operator = cursor.take().text as '+' | '-';
  return { kind: 'sign', operator, body: parseDurationExpression(cursor, context, PRECEDENCE['^']) };
}

/** A single term, as behind `offset`: what follows belongs to the expression around. */
export function parseDurationTerm(cursor: Cursor, context = 'offset'): Duration {
  const token = cursor.peek();
  if (token.kind === 'number' || token.kind === 'duration') {
    if (!Number.isFinite(token.value)) throw cursor.unexpected(context, 'number or duration');
    cursor.take();
    return { kind: 'seconds', seconds: token.value };
  }
  if (cursor.at('-') || cursor.at('+')) {
    cursor.take();
    return cursor.nested(() => ({ kind: 'sign', operator: token.text as '+' | '-', body: parseDurationTerm(cursor, context) }));
  }
  if (cursor.at('(')) {
    cursor.take();
    const body = parseDurationExpression(cursor, context);
    cursor.expect(')', context);
    return { kind: 'paren', body };
  }
  const word = token.kind === 'word' ? token.text.toLowerCase() : '';
  if (cursor.peek(1).text === '(') {
    if (word === 'step' || word === 'range') {
      cursor.take();
      cursor.take();
      cursor.expect(')', context);
      return { kind: word };
    }
    if (word === 'min_of' || word === 'max_of') {
      cursor.take();
      cursor.take();
      const left = parseDurationExpression(cursor, context);
      cursor.expect(',', context);
      const right = parseDurationExpression(cursor, context);
      cursor.expect(')', context);
      return { kind: 'choice', choice: word.slice(0, 3) as 'min' | 'max', left, right };
    }
  }
  throw cursor.unexpected(context, 'number, duration, step(), or range()');
}
