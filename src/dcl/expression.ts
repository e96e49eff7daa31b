/**
 * Expressions and their evaluation. Evaluation is synchronous; an expression that calls an asynchronous lexical function
 * has those calls answered first (`settleCalls`), and is then evaluated like any other: DCL evaluates every operand.
 * Source: dcl.md §4.
 */
import { DCL } from '../command-definition/index.ts';
import { Condition } from '../condition/index.ts';
import type { LexicalFunction } from './lexical/lexical-function.ts';
import { type DclValue, readInteger, toInteger, toText } from './value.ts';

export type Expression =
  | { readonly kind: 'literal'; readonly value: DclValue }
  | { readonly kind: 'symbol'; readonly name: string }
  /** `&NAME`: its value is one token, a number or the name of a symbol in the case it is written in. dcl.md §3 */
  | { readonly kind: 'ampersand'; readonly name: string; readonly isNameWanted: boolean }
  | {
      readonly kind: 'call';
      readonly lexical: LexicalFunction;
      readonly args: readonly (Expression | undefined)[];
      readonly asynchronous: boolean;
    }
  | {
      readonly kind: 'unary';
      readonly operator: UnaryOperator;
      readonly operand: Expression;
      readonly asynchronous: boolean;
    }
  | {
      readonly kind: 'binary';
      readonly operator: BinaryOperator;
      readonly left: Expression;
      readonly right: Expression;
      readonly asynchronous: boolean;
    };

export type UnaryOperator = '+' | '-' | 'NOT';
export type BinaryOperator =
  | ('+' | '-' | '*' | '/' | 'AND' | 'OR')
  | ('EQ' | 'NE' | 'LT' | 'LE' | 'GT' | 'GE')
  | ('EQS' | 'NES' | 'LTS' | 'LES' | 'GTS' | 'GES');

/** What an expression can see: symbols, and the lexical functions' surroundings. */
export interface Surroundings {
  symbolValue(name: string): DclValue | undefined;
  call(lexical: LexicalFunction, args: readonly (DclValue | undefined)[]): DclValue | Promise<DclValue>;
}

export const isAsynchronous = (expression: Expression): boolean =>
  'asynchronous' in expression && expression.asynchronous;

/** Evaluates an expression without asynchronous calls. Throws Condition UNDSYM and what the lexical functions throw. */
export function evaluate(expression: Expression, around: Surroundings): DclValue {
  switch (expression.kind) {
    case 'literal':
      return expression.value;
    case 'symbol':
      return symbolOf(expression.name, around);
    case 'ampersand': {
      const token = symbolOf(expression.name, around);
      if (typeof token === 'number' || expression.isNameWanted) return token;
      return readInteger(token) ?? symbolOf(token, around);
    }
    case 'call': {
      const args = expression.args.map((each) => (each === undefined ? undefined : evaluate(each, around)));
      return around.call(expression.lexical, args) as DclValue;
    }
    case 'unary':
      return applyUnary(expression.operator, toInteger(evaluate(expression.operand, around)));
    case 'binary':
      return applyBinary(
        expression.operator,
        evaluate(expression.left, around),
        evaluate(expression.right, around),
      );
  }
}

function symbolOf(name: string, around: Surroundings): DclValue {
  const value = around.symbolValue(name);
  if (value === undefined) throw new Condition(DCL.UNDSYM, [], { token: name });
  return value;
}

/** Evaluates any expression; a promise only when it calls an asynchronous lexical function. */
export function evaluateAny(expression: Expression, around: Surroundings): DclValue | Promise<DclValue> {
  if (!isAsynchronous(expression)) return evaluate(expression, around);
  return settleCalls(expression, around).then((settled) => evaluate(settled, around));
}

/** The expression with the results of its asynchronous calls in their place, called from left to right. */
async function settleCalls(expression: Expression, around: Surroundings): Promise<Expression> {
  if (!isAsynchronous(expression)) return expression;
  switch (expression.kind) {
    case 'call': {
      const args: (DclValue | undefined)[] = [];
      for (const each of expression.args) {
        args.push(each === undefined ? undefined : evaluate(await settleCalls(each, around), around));
      }
      return { kind: 'literal', value: await around.call(expression.lexical, args) };
    }
    case 'unary': {
      const operand = await settleCalls(expression.operand, around);
      return { ...expression, operand, asynchronous: false };
    }
    case 'binary': {
      const left = await settleCalls(expression.left, around);
      const right = await settleCalls(expression.right, around);
      return { ...expression, left, right, asynchronous: false };
    }
    default:
      return expression;
  }
}

function applyUnary(operator: UnaryOperator, operand: number): number {
  switch (operator) {
    case '+':
      return operand;
    case '-':
      return -operand | 0;
    case 'NOT':
      return ~operand;
  }
}

function applyBinary(operator: BinaryOperator, left: DclValue, right: DclValue): DclValue {
  switch (operator) {
    case '+':
      if (typeof left === 'string' && typeof right === 'string') return left + right;
      return (toInteger(left) + toInteger(right)) | 0;
    case '-':
      if (typeof left === 'string' && typeof right === 'string') return removeFirst(left, right);
      return (toInteger(left) - toInteger(right)) | 0;
    case '*':
      return Math.imul(toInteger(left), toInteger(right));
    case '/':
      return divide(toInteger(left), toInteger(right));
    case 'AND':
      return toInteger(left) & toInteger(right);
    case 'OR':
      return toInteger(left) | toInteger(right);
    case 'EQ':
      return toInteger(left) === toInteger(right) ? 1 : 0;
    case 'NE':
      return toInteger(left) !== toInteger(right) ? 1 : 0;
    case 'LT':
      return toInteger(left) < toInteger(right) ? 1 : 0;
    case 'LE':
      return toInteger(left) <= toInteger(right) ? 1 : 0;
    case 'GT':
      return toInteger(left) > toInteger(right) ? 1 : 0;
    case 'GE':
      return toInteger(left) >= toInteger(right) ? 1 : 0;
    case 'EQS':
      return toText(left) === toText(right) ? 1 : 0;
    case 'NES':
      return toText(left) !== toText(right) ? 1 : 0;
    case 'LTS':
      return toText(left) < toText(right) ? 1 : 0;
    case 'LES':
      return toText(left) <= toText(right) ? 1 : 0;
    case 'GTS':
      return toText(left) > toText(right) ? 1 : 0;
    case 'GES':
      return toText(left) >= toText(right) ? 1 : 0;
  }
}

function removeFirst(text: string, part: string): string {
  const at = text.indexOf(part);
  return at === -1 ? text : text.slice(0, at) + text.slice(at + part.length);
}

/** dcl.md §4: 7 / 0 is 2147483647, without a message. */
function divide(left: number, right: number): number {
  return right === 0 ? 2_147_483_647 : (left / right) | 0;
}
