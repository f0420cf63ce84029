import { SIGNATURES } from '../syntax/signatures.ts';
import { aggregatorOf } from '../syntax/token.ts';
import { type Piece, piecesOf } from './pieces.ts';

/**
 * What each piece of a text is, as far as what stands before it tells: the editor asks while the text is half written, and the parser
 * knows nothing of those. It goes through the pieces once and keeps, for each pair of brackets that is open, what stood there last.
 */
export type Role =
  | 'function'
  | 'aggregation'
  | 'metric'
  | 'label'
  /** Of a label, behind its operator. */
  | 'value'
  /** A string that is an argument. */
  | 'text'
  /** `by`, `on`, `offset`, `bool` and their like. */
  | 'modifier'
  | 'operator'
  | 'duration'
  | 'number'
  | 'other';

/** What stood last between two brackets: it says what may stand next. */
export type After =
  | 'start'
  | 'binary'
  | 'comparison'
  | 'bool'
  | 'matching'
  | 'group'
  | 'sign'
  | 'aggregator'
  | 'grouped aggregator'
  | 'function'
  | 'selector'
  | 'range'
  | 'aggregation'
  | 'closed'
  | 'offset'
  | 'at'
  | 'number'
  | 'label'
  | 'match'
  | 'other';

export interface Frame {
  readonly kind: 'expression' | 'call' | 'aggregation' | 'grouping' | 'braces' | 'range' | 'number';
  /** The function, the aggregation, or the word of the grouping. */
  readonly name: string;
  /** The piece that opens it; -1 for the whole text. */
  readonly at: number;
  readonly parent: Frame | null;
  /** What stands behind it, once it is closed. */
  readonly closedAs: After;
}

/** What is known where a piece begins, or at the end of the text. */
export interface Standing {
  readonly frame: Frame;
  readonly after: After;
  /** Of a call or an aggregation, from 0. */
  readonly argument: number;
}

export interface OutlinedPiece extends Piece, Standing {
  readonly role: Role;
}

export interface Outline {
  readonly text: string;
  /** Without comments. */
  readonly pieces: readonly OutlinedPiece[];
  readonly comments: readonly Piece[];
  readonly end: Standing;
  /** From an opening piece to its closing one, and back. */
  readonly partners: ReadonlyMap<number, number>;
}

const EXPECT_OPERAND: ReadonlySet<After> = new Set(['start', 'binary', 'comparison', 'bool', 'matching', 'group', 'sign']);

export function expectsOperand(after: After): boolean {
  return EXPECT_OPERAND.has(after);
}

export function outlineOf(text: string): Outline {
  const all = piecesOf(text);
  const comments = all.filter(({ kind }) => kind === 'comment');
  const plain = all.filter(({ kind }) => kind !== 'comment');
  const reader = new Reader();
  const pieces = plain.map((piece, i): OutlinedPiece => {
    const standing = reader.standing;
    return { ...piece, ...standing, role: reader.read(piece, i, plain[i + 1]) };
  });
  return { text, pieces, comments, end: reader.standing, partners: reader.partners };
}

const COMPARISONS = new Set(['==', '!=', '<', '<=', '>', '>=']);
const ARITHMETIC = new Set(['+', '-', '*', '/', '%', '^', '</', '>/']);
const WORD_OPERATORS = new Set(['and', 'or', 'unless', 'atan2']);
const MATCH_OPERATORS = new Set(['=', '!=', '=~', '!~']);
const FILLS = new Set(['fill', 'fill_left', 'fill_right']);

class Reader {
  readonly partners = new Map<number, number>();
  #frame: Frame = { kind: 'expression', name: '', at: -1, parent: null, closedAs: 'other' };
  #after: After = 'start';
  #argument = 0;
  /** Of the frames around the innermost. */
  readonly #outer: { readonly argument: number }[] = [];
  /** What the next parenthesis opens. */
  #opens: Pick<Frame, 'kind' | 'name' | 'closedAs'> = PAREN;

  get standing(): Standing {
    return { frame: this.#frame, after: this.#after, argument: this.#argument };
  }

  read(piece: Piece, index: number, next: Piece | undefined): Role {
    if (piece.kind === 'symbol' && '([{'.includes(piece.text)) return this.#open(piece.text, index);
    if (piece.kind === 'symbol' && ')]}'.includes(piece.text)) return this.#close(index);
    switch (this.#frame.kind) {
      case 'braces':
        return this.#inBraces(piece);
      case 'grouping':
        if (piece.kind === 'symbol') return 'other';
        return 'label';
      case 'range':
        return piece.kind === 'number' ? 'duration' : 'other';
      case 'number':
        return piece.kind === 'number' ? 'number' : 'other';
      default:
        return this.#inExpression(piece, next);
    }
  }

  #open(symbol: string, index: number): Role {
    const opens: Pick<Frame, 'kind' | 'name' | 'closedAs'> =
      symbol === '{'
        ? { kind: 'braces', name: '', closedAs: 'selector' }
        : symbol === '['
          ? { kind: 'range', name: '', closedAs: 'range' }
          : this.#after === 'offset'
            ? { kind: 'range', name: 'offset', closedAs: 'number' }
            : this.#opens;
    this.#outer.push({ argument: this.#argument });
    this.#frame = { ...opens, at: index, parent: this.#frame };
    this.#after = 'start';
    this.#argument = 0;
    this.#opens = PAREN;
    return 'other';
  }

  #close(index: number): Role {
    const { parent, at, closedAs } = this.#frame;
    if (parent === null) return 'other';
    this.partners.set(at, index).set(index, at);
    this.#frame = parent;
    this.#after = closedAs;
    this.#argument = this.#outer.pop()?.argument ?? 0;
    if (closedAs === 'grouped aggregator') this.#opens = { kind: 'aggregation', name: '', closedAs: 'closed' };
    return 'other';
  }

  #inBraces(piece: Piece): Role {
    if (piece.kind === 'symbol') {
      const isOperator = MATCH_OPERATORS.has(piece.text) || piece.text === '==' || piece.text === '!';
      this.#after = isOperator ? 'match' : piece.text === ',' ? 'start' : 'other';
      return isOperator ? 'operator' : 'other';
    }
    if (this.#after === 'match') {
      this.#after = 'other';
      return 'value';
    }
    this.#after = 'label';
    return 'label';
  }

  #inExpression(piece: Piece, next: Piece | undefined): Role {
    const wasOffset = this.#after === 'offset';
    switch (piece.kind) {
      case 'number':
        this.#after = 'number';
        return wasOffset || /[a-z]/.test(piece.text.replace(/^0x.*|e[+-]?\d+$/i, '')) ? 'duration' : 'number';
      case 'string':
        this.#after = 'number';
        return 'text';
      case 'symbol':
        return this.#symbol(piece.text);
      default:
        return this.#word(piece.text, next);
    }
  }

  #symbol(symbol: string): Role {
    if (symbol === ',') {
      this.#argument++;
      this.#after = 'start';
      return 'other';
    }
    if (symbol === '@') {
      this.#after = 'at';
      return 'modifier';
    }
    if (this.#after === 'offset' || this.#after === 'at') return 'other';
    if (COMPARISONS.has(symbol)) this.#after = 'comparison';
    else if (ARITHMETIC.has(symbol)) this.#after = expectsOperand(this.#after) ? 'sign' : 'binary';
    else {
      this.#after = 'other';
      return 'other';
    }
    return 'operator';
  }

  #word(word: string, next: Piece | undefined): Role {
    const lower = word.toLowerCase();
    if (this.#after === 'offset') return this.#step('number', 'duration');
    if (this.#after === 'at') {
      this.#opens = { kind: 'number', name: lower, closedAs: 'selector' };
      return this.#step('selector', 'modifier');
    }
    return expectsOperand(this.#after) ? this.#operandWord(word, lower, next) : this.#operatorWord(lower);
  }

  #operandWord(word: string, lower: string, next: Piece | undefined): Role {
    const isOperatorBefore = this.#after === 'binary' || this.#after === 'comparison' || this.#after === 'bool';
    if (lower === 'bool' && this.#after === 'comparison') return this.#step('bool', 'modifier');
    if (isOperatorBefore && (lower === 'on' || lower === 'ignoring')) return this.#grouping(lower, 'matching');
    if (this.#after === 'matching' && (lower === 'group_left' || lower === 'group_right')) {
      this.#after = 'group';
      return this.#grouping(lower, 'group');
    }
    const isCalled = next?.text === '(';
    if (this.#after !== 'start' && FILLS.has(lower) && isCalled) {
      this.#opens = { kind: 'number', name: lower, closedAs: 'group' };
      return 'modifier';
    }
    if (aggregatorOf(word) !== null && isAggregationBefore(next)) {
      this.#opens = { kind: 'aggregation', name: lower, closedAs: 'aggregation' };
      return this.#step('aggregator', 'aggregation');
    }
    if (isCalled || (SIGNATURES.has(word) && next?.text !== '{' && next?.text !== '[')) {
      this.#opens = { kind: 'call', name: word, closedAs: 'closed' };
      return this.#step('function', 'function');
    }
    return this.#step('selector', 'metric');
  }

  #operatorWord(lower: string): Role {
    if (lower === 'by' || lower === 'without') {
      if (this.#after === 'aggregator') return this.#grouping(lower, 'grouped aggregator');
      if (this.#after === 'aggregation') return this.#grouping(lower, 'closed');
    }
    if (WORD_OPERATORS.has(lower)) return this.#step('binary', 'operator');
    if (lower === 'offset') return this.#step('offset', 'modifier');
    if (lower === 'anchored' || lower === 'smoothed') return 'modifier';
    return this.#step('other', 'other');
  }

  #grouping(word: string, closedAs: After): Role {
    this.#opens = { kind: 'grouping', name: word, closedAs };
    return 'modifier';
  }

  #step(after: After, role: Role): Role {
    this.#after = after;
    return role;
  }
}

const PAREN = { kind: 'expression', name: '', closedAs: 'closed' } as const;

/** A metric may have an aggregation's name: then something else follows. A word that is not whole yet may become `by`. */
function isAggregationBefore(next: Piece | undefined): boolean {
  if (next === undefined || next.text === '(') return true;
  return next.kind === 'word' && !WORD_OPERATORS.has(next.text.toLowerCase()) && next.text.toLowerCase() !== 'offset';
}
