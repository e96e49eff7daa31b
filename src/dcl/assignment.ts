/** Assignments and overlays. Source: dcl.md §2. */
import { DCL } from '../command-definition/index.ts';
import { Condition } from '../condition/index.ts';
import { NORMAL, type Outcome, withValue } from './execute.ts';
import { evaluateAny } from './expression.ts';
import type { Interpreter } from './interpreter.ts';
import type { Level } from './level.ts';
import type { Statement, SymbolTarget } from './statement.ts';
import { type DclValue, toInteger } from './value.ts';

type Of<K extends Statement['kind']> = Extract<Statement, { kind: K }>;

/** Longest string a symbol can hold. dcl.md §1 */
export const LONGEST_VALUE = 8_191;

export function assign(interpreter: Interpreter, level: Level, statement: Of<'assign'>): Outcome {
  return withValue(interpreter, statement.expression, (value) => {
    store(interpreter, level, statement.target, value);
    if (statement.junk) throw new Condition(DCL.SYMDEL);
    return NORMAL;
  });
}

export function assignText(interpreter: Interpreter, level: Level, statement: Of<'assignText'>): Outcome {
  store(interpreter, level, statement.target, statement.text);
  return NORMAL;
}

function store(interpreter: Interpreter, level: Level, target: SymbolTarget, value: DclValue): void {
  if (typeof value === 'string' && value.length > LONGEST_VALUE) throw new Condition(DCL.BUFOVF);
  const table = target.global ? interpreter.globals : level.symbols;
  table.set(target.name, value, target.minimum);
}

export function overlay(interpreter: Interpreter, level: Level, statement: Of<'overlay'>): Outcome {
  const { value } = statement;
  return overlayParts(interpreter, level, statement, 'bits' in value ? value.bits : undefined);
}

async function overlayParts(
  interpreter: Interpreter,
  level: Level,
  statement: Of<'overlay'>,
  bits: Parameters<typeof evaluateAny>[0] | undefined,
): Promise<number> {
  const offset = toInteger(await evaluateAny(statement.offset, interpreter));
  const size = toInteger(await evaluateAny(statement.size, interpreter));
  const { target } = statement;
  const table = target.global ? interpreter.globals : level.symbols;
  const old = table.get(target.name)?.value;
  const value =
    bits === undefined
      ? overlayCharacters(old, offset, size, 'text' in statement.value ? statement.value.text : '')
      : overlayBits(old, offset, size, toInteger(await evaluateAny(bits, interpreter)));
  store(interpreter, level, target, value);
  return NORMAL;
}

/** Replaces `size` characters at `offset`, padded or cut; a short value is filled with blanks. dcl.md §2.4 */
function overlayCharacters(old: DclValue | undefined, offset: number, size: number, text: string): string {
  if (offset < 0 || size < 0 || offset + size > LONGEST_VALUE) throw new Condition(DCL.INVRANGE);
  const base = old === undefined ? '' : String(old);
  return base.padEnd(offset).slice(0, offset) + text.slice(0, size).padEnd(size) + base.slice(offset + size);
}

/** Bits of an integer, or of the bytes of a string that grows as needed. Bit 0 is the lowest of the first byte. dcl.md §2.4 */
function overlayBits(old: DclValue | undefined, position: number, count: number, value: number): DclValue {
  if (position < 0 || count < 0 || count > 32) throw new Condition(DCL.INVRANGE);
  if (typeof old === 'number') {
    if (position + count > 32) throw new Condition(DCL.INVRANGE);
    if (count === 32) return value;
    const mask = (2 ** count - 1) << position;
    return (old & ~mask) | ((value << position) & mask);
  }
  if (position + count > LONGEST_VALUE * 8) throw new Condition(DCL.INVRANGE);
  const bytes = Array.from(old ?? '', (each) => each.charCodeAt(0));
  for (let bit = 0; bit < count; bit += 1) {
    const at = (position + bit) >> 3;
    while (bytes.length <= at) bytes.push(0);
    const mask = 1 << ((position + bit) & 7);
    bytes[at] = ((value >>> bit) & 1) === 1 ? bytes[at]! | mask : bytes[at]! & ~mask;
  }
  return String.fromCharCode(...bytes);
}
