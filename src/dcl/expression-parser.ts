/**
 * Parser of expressions: precedence climbing over one line that is upcased outside quotation marks already.
 *
 *   expression = operand *( operator operand )
 *   operand    = number / string / symbol / lexical "(" arguments ")" / "(" expression ")" / ("+" / "-" / ".NOT.") operand
 *
 * Source: dcl.md §4, §16.1.
 */
import { DCL } from '../command-definition/index.ts';
import { Condition, type MessageDefinition } from '../condition/index.ts';
import { type BinaryOperator, type Expression, isAsynchronous } from './expression.ts';
import type { LexicalTable } from './lexical/lexical-table.ts';
import { readUnsigned } from './value.ts';

const bindingPower: Readonly<Record<BinaryOperator, number>> = {
  ...{ '*': 6, '/': 6, '+': 5, '-': 5, AND: 2, OR: 1 },
  ...{ EQ: 4, NE: 4, LT: 4, LE: 4, GT: 4, GE: 4, EQS: 4, NES: 4, LTS: 4, LES: 4, GTS: 4, GES: 4 },
};
const UNARY_SIGN = 7;
const NOT = 3;
/** Parentheses, signs and arguments inside each other: far above what a person writes, far below the stack. */
const DEEPEST = 200;

/** dcl.md §1 */
const LONGEST_TOKEN = 4_000;
/** Of a symbol or label. */
export const LONGEST_NAME = 255;

const WORD = /[A-Z$_][A-Z0-9$_]*/iy;
const DOTTED = /\.([A-Z]*)\.?/y;
const DIGITS = /%?[A-Z0-9$_]+/y;

const fail = (message: MessageDefinition, token?: string): Condition =>
  new Condition(message, [], token === undefined ? {} : { token });

/** One pass over a text; `position` stands behind what has been taken. */
export class ExpressionParser {
  position: number;
  readonly #text: string;
  readonly #lexicals: LexicalTable;
  #depth = 0;

  constructor(text: string, position: number, lexicals: LexicalTable) {
    this.#text = text;
    this.position = position;
    this.#lexicals = lexicals;
  }

  /** Takes the longest expression. Throws EXPSYN, IVOPER, IVCHAR, IVFNAM, ABFNAM, ARGREQ, SYMDEL, COMPLX. */
  expression(minimum = 0): Expression {
    this.#depth += 1;
    if (this.#depth > DEEPEST) throw fail(DCL.COMPLX);
    let left = this.operand();
    for (;;) {
      const operator = this.#peekOperator();
      if (operator === undefined) break;
      const power = bindingPower[operator.name];
      if (power <= minimum) break;
      this.position += operator.length;
      const right = this.expression(power);
      const asynchronous = isAsynchronous(left) || isAsynchronous(right);
      left = { kind: 'binary', operator: operator.name, left, right, asynchronous };
    }
    this.#depth -= 1;
    return left;
  }

  skipBlanks(): void {
    let at = this.position;
    while (this.#text.charCodeAt(at) === 32 || this.#text.charCodeAt(at) === 9) at += 1;
    this.position = at;
  }

  atEnd(): boolean {
    this.skipBlanks();
    return this.position >= this.#text.length;
  }

  /** Takes the character if it is next, after blanks. */
  takes(character: string): boolean {
    this.skipBlanks();
    if (this.#text.charAt(this.position) !== character) return false;
    this.position += 1;
    return true;
  }

  /** True when another operand would follow: `1 2`, `1 .NOT. 2`. */
  atOperand(): boolean {
    this.skipBlanks();
    return /^(["A-Z0-9$_%(&]|\.NOT\b)/i.test(this.#text.slice(this.position, this.position + 5));
  }

  rest(): string {
    return this.#text.slice(this.position);
  }

  /** Takes one operand. */
  operand(): Expression {
    this.skipBlanks();
    const character = this.#text.charAt(this.position);
    if (character === '"') return { kind: 'literal', value: this.#string() };
    if (character === '(') return this.#parenthesised();
    if (character === '+' || character === '-') {
      this.position += 1;
      const operand = this.expression(UNARY_SIGN - 1);
      return { kind: 'unary', operator: character, operand, asynchronous: isAsynchronous(operand) };
    }
    if (character === '.') return this.#not();
    if (character === '%' || (character >= '0' && character <= '9')) return this.#number();
    if (character === '&') return this.#ampersand(false);
    const word = this.#match(WORD);
    if (word === undefined) throw fail(DCL.EXPSYN);
    if (word.length > LONGEST_NAME) throw fail(DCL.SYMLNG);
    return word.startsWith('F$') ? this.#callOrSymbol(word) : { kind: 'symbol', name: word };
  }

  /** Pieces stand next to each other: `""quoted""` is QUOTED. A string without its closing mark ends with the line. §1 */
  #string(): string {
    let value = '';
    for (;;) {
      if (this.#text.charAt(this.position) === '"') {
        const { text, end } = quotedPiece(this.#text, this.position);
        value += text;
        if (value.length > LONGEST_TOKEN) throw fail(DCL.TKNOVF);
        this.position = end;
      } else {
        const piece = this.#match(DIGITS);
        if (piece === undefined) return value;
        value += piece;
      }
    }
  }

  #ampersand(isNameWanted: boolean): Expression {
    this.position += 1;
    const name = this.#match(WORD);
    if (name === undefined) throw fail(DCL.EXPSYN);
    return { kind: 'ampersand', name, isNameWanted };
  }

  #parenthesised(): Expression {
    this.position += 1;
    const inner = this.expression();
    if (!this.takes(')')) throw fail(DCL.EXPSYN);
    return inner;
  }

  /** dcl.md §4: `.NOT.` may follow another operator. */
  #not(): Expression {
    const operator = this.#match(DOTTED) ?? '.';
    if (operator !== '.NOT.' && operator !== '.NOT') throw this.#badOperator(operator);
    const operand = this.expression(NOT - 1);
    return { kind: 'unary', operator: 'NOT', operand, asynchronous: isAsynchronous(operand) };
  }

  #number(): Expression {
    const digits = this.#match(DIGITS);
    const value = digits === undefined ? undefined : readUnsigned(digits);
    if (value === undefined) throw fail(DCL.IVCHAR, digits ?? '%');
    return { kind: 'literal', value };
  }

  /** Without parentheses it is just a symbol; a blank before them is allowed. dcl.md §16.1 */
  #callOrSymbol(word: string): Expression {
    const behind = this.position;
    if (!this.takes('(')) {
      this.position = behind;
      return { kind: 'symbol', name: word };
    }
    const lexical = this.#lexicals.find(word);
    const args: (Expression | undefined)[] = [];
    if (!this.takes(')')) {
      do {
        args.push(this.#argument(lexical.symbolArguments?.includes(args.length) ?? false));
        if (args.length > lexical.maximum) throw fail(DCL.SYMDEL);
      } while (this.takes(','));
      if (!this.takes(')')) throw fail(DCL.SYMDEL);
    }
    for (let index = 0; index < lexical.minimum; index += 1) {
      if (args[index] === undefined) throw fail(DCL.ARGREQ);
    }
    const asynchronous =
      lexical.asynchronous === true || args.some((each) => each !== undefined && isAsynchronous(each));
    return { kind: 'call', lexical, args, asynchronous };
  }

  #argument(namesSymbol: boolean): Expression | undefined {
    this.skipBlanks();
    const character = this.#text.charAt(this.position);
    if (character === ',' || character === ')' || character === '') return undefined;
    if (!namesSymbol) return this.expression();
    const named = character === '&' ? this.#ampersand(true) : this.#nameLiteral();
    this.skipBlanks();
    if (named === undefined || !/^[,)]?$/.test(this.#text.charAt(this.position))) throw fail(DCL.SYMDEL);
    return named;
  }

  #nameLiteral(): Expression | undefined {
    const name = this.#match(WORD);
    return name === undefined ? undefined : { kind: 'literal', value: name };
  }

  #peekOperator(): { readonly name: BinaryOperator; readonly length: number } | undefined {
    this.skipBlanks();
    const character = this.#text.charAt(this.position);
    if (character === '+' || character === '-' || character === '*' || character === '/') {
      return { name: character, length: 1 };
    }
    if (character !== '.') return undefined;
    DOTTED.lastIndex = this.position;
    const [whole = '.', name = ''] = DOTTED.exec(this.#text) ?? [];
    if (name === 'NOT') return undefined;
    if (!Object.hasOwn(bindingPower, name)) throw this.#badOperator(whole);
    return { name: name as BinaryOperator, length: whole.length };
  }

  /** The rejected operator: `.FOO.`, or `.5` of `1.5`. */
  #badOperator(operator: string): Condition {
    if (operator !== '.') return fail(DCL.IVOPER, operator);
    const [digits = '.'] =
      /\.[0-9]*/.exec(this.#text.slice(Math.max(0, this.#text.indexOf('.', this.position - 1)))) ?? [];
    return fail(DCL.IVOPER, digits);
  }

  #match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.position;
    const found = pattern.exec(this.#text)?.[0];
    if (found !== undefined) this.position += found.length;
    return found;
  }
}

/** The quoted string at `start`, quotation marks undoubled; `end` stands behind it. */
export function quotedPiece(text: string, start: number): { readonly text: string; readonly end: number } {
  let value = '';
  let from = start + 1;
  for (;;) {
    const close = text.indexOf('"', from);
    if (close === -1) return { text: value + text.slice(from), end: text.length };
    value += text.slice(from, close);
    if (text.charAt(close + 1) !== '"') return { text: value, end: close + 1 };
    value += '"';
    from = close + 2;
  }
}

/** The whole text as one expression. */
export function parseExpression(text: string, lexicals: LexicalTable): Expression {
  const parser = new ExpressionParser(text, 0, lexicals);
  const expression = parser.expression();
  if (!parser.atEnd()) throw fail(parser.atOperand() ? DCL.EXPSYN : DCL.SYMDEL);
  return expression;
}
