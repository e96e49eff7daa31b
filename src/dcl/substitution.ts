/**
 * Phase 1 and the ampersands of phase 2 of symbol substitution. The apostrophes are done by a generator that yields only
 * where an asynchronous lexical function stands between them, so that ordinary lines are substituted synchronously.
 * Source: dcl.md §3.
 */
import { DCL } from '../command-definition/index.ts';
import { Condition } from '../condition/index.ts';
import { evaluateAny, type Surroundings } from './expression.ts';
import { ExpressionParser } from './expression-parser.ts';
import type { LexicalTable } from './lexical/lexical-table.ts';
import { type DclValue, toText } from './value.ts';

/** Longest command after substitution. dcl.md §1 */
const LONGEST_COMMAND = 8_191;
/** Replacements in one command. Values that name each other would go on for ever without making the line longer. */
const MOST_REPLACEMENTS = 5_000;

const NAME = /[A-Z$_][A-Z0-9$_]*/iy;

/** A piece between apostrophes: its value, and where the text goes on. */
interface Insertion {
  readonly value: DclValue | Promise<DclValue>;
  readonly end: number;
  /** For the message when it names itself. */
  readonly name: string;
}

/** Replaces `'NAME'` outside and `''NAME'` inside quotation marks. Throws EXPSYN, BUFOVF and what expressions throw. */
function* substituteApostrophes(
  line: string,
  around: Surroundings,
  lexicals: LexicalTable,
): Generator<Promise<DclValue>, string, DclValue> {
  let text = line;
  let at = 0;
  let quoted = false;
  let comment = false;
  /** Names being replaced, with the length of the text behind them: a name inside its own value is an error. */
  const active: { readonly name: string; readonly behind: number }[] = [];
  let replacements = 0;
  while (at < text.length) {
    const character = text.charAt(at);
    if (character === '"') quoted = !quoted;
    else if (character === '!' && !quoted) comment = true;
    if (character !== "'" || (quoted && text.charAt(at + 1) !== "'")) {
      at += 1;
      continue;
    }
    while (active.length > 0 && text.length - at <= active.at(-1)!.behind) active.pop();
    let insertion: Insertion | undefined;
    try {
      insertion = between(text, at + (quoted ? 2 : 1), around, lexicals);
    } catch (error) {
      if (!comment) throw error;
    }
    if (insertion === undefined) {
      at += 1;
      continue;
    }
    const { name, end } = insertion;
    if (active.some((each) => each.name === name)) {
      throw new Condition(DCL.EXPSYN, [], { token: `'${name}` });
    }
    const value = insertion.value instanceof Promise ? yield insertion.value : insertion.value;
    const inserted = toText(value);
    text = text.slice(0, at) + inserted + text.slice(end);
    replacements += 1;
    if (text.length > LONGEST_COMMAND || replacements > MOST_REPLACEMENTS) {
      // In a comment nothing is an error.
      if (comment) return text.slice(0, LONGEST_COMMAND);
      throw new Condition(replacements > MOST_REPLACEMENTS ? DCL.COMPLX : DCL.BUFOVF);
    }
    if (quoted) at += inserted.length;
    else active.push({ name, behind: text.length - at - inserted.length });
  }
  return text;
}

/** Runs the generator; a promise only where it met an asynchronous lexical function. */
export function substitute(
  line: string,
  around: Surroundings,
  lexicals: LexicalTable,
): string | Promise<string> {
  if (!line.includes("'")) return line;
  const steps = substituteApostrophes(line, around, lexicals);
  const step = steps.next();
  return step.done ? step.value : settle(steps, step.value);
}

async function settle(
  steps: Generator<Promise<DclValue>, string, DclValue>,
  first: Promise<DclValue>,
): Promise<string> {
  let waiting = first;
  for (;;) {
    const step = steps.next(await waiting);
    if (step.done) return step.value;
    waiting = step.value;
  }
}

/**
 * What stands behind an apostrophe: a name, a lexical function or, with a closing apostrophe, an expression
 * (dcl.md §3: `CALL fact 'P1 - 1'`). The closing apostrophe may be omitted at the end of a token.
 */
function between(
  text: string,
  start: number,
  around: Surroundings,
  lexicals: LexicalTable,
): Insertion | undefined {
  let at = start;
  while (text.charAt(at) === ' ' || text.charAt(at) === '\t') at += 1;
  NAME.lastIndex = at;
  const name = NAME.exec(text)?.[0].toUpperCase();
  if (name === undefined) return undefined;
  const behind = at + name.length;
  if (name.startsWith('F$') && /^[ \t]*\(/.test(text.slice(behind, behind + 10))) {
    return callBetween(text, at, name, around, lexicals);
  }
  if (text.charAt(behind) === "'") return { value: around.symbolValue(name) ?? '', end: behind + 1, name };
  return (
    expressionBetween(text, at, around, lexicals) ?? {
      value: around.symbolValue(name) ?? '',
      end: behind,
      name,
    }
  );
}

function callBetween(
  text: string,
  at: number,
  name: string,
  around: Surroundings,
  lexicals: LexicalTable,
): Insertion {
  // Its own quotation marks count, not those of a string it stands in: `"''f$extract(0,3,"abc")'"`.
  const upcased = text.slice(0, at) + upcaseOutsideQuotes(text.slice(at));
  const parser = new ExpressionParser(upcased, at, lexicals);
  // Behind the closing parenthesis it is text again.
  const call = parser.operand();
  const end = text.charAt(parser.position) === "'" ? parser.position + 1 : parser.position;
  return { value: evaluateAny(call, around), end, name: `${name}(` };
}

function expressionBetween(
  text: string,
  at: number,
  around: Surroundings,
  lexicals: LexicalTable,
): Insertion | undefined {
  const close = text.indexOf("'", at);
  const inner = close === -1 ? '' : text.slice(at, close);
  if (!/^[A-Z$_][A-Z0-9$_]*[ \t]*[-+*/]/i.test(inner) || inner.includes('"')) return undefined;
  try {
    const parser = new ExpressionParser(inner.toUpperCase(), 0, lexicals);
    const expression = parser.expression();
    if (!parser.atEnd()) return undefined;
    return { value: evaluateAny(expression, around), end: close + 1, name: inner };
  } catch {
    // Not an expression after all: two names without their closing apostrophes.
    return undefined;
  }
}

/** Upcases without moving anything: same length. */
export function upcaseOutsideQuotes(text: string): string {
  if (!text.includes('"')) return text.replace(/[a-z]+/g, (each) => each.toUpperCase());
  return text
    .split('"')
    .map((piece, index) => (index % 2 === 1 ? piece : piece.replace(/[a-z]+/g, (each) => each.toUpperCase())))
    .join('"');
}

/**
 * Replaces `&NAME` outside quotation marks, after a blank or special character, once: the value becomes one token of the
 * command, its case and blanks kept. Expressions have their ampersands parsed instead. Throws UNDSYM.
 */
export function substituteAmpersands(text: string, around: Surroundings): string {
  return text.replace(/"[^"]*"?|(?<![A-Z0-9$_])&([A-Z$_][A-Z0-9$_]*)/gi, (piece, name?: string) => {
    if (name === undefined) return piece;
    const value = around.symbolValue(name.toUpperCase());
    if (value === undefined) throw new Condition(DCL.UNDSYM, [], { token: name.toUpperCase() });
    const inserted = toText(value);
    return /^[A-Z0-9$_.:;[\]]+$/.test(inserted) ? inserted : `"${inserted.replaceAll('"', '""')}"`;
  });
}

/** Where the comment begins: the first `!` outside quotation marks, or the length of the text. */
export function commentStart(text: string): number {
  let at = text.indexOf('!');
  if (at === -1) return text.length;
  if (text.indexOf('"') === -1) return at;
  let quoted = false;
  for (at = 0; at < text.length; at += 1) {
    const character = text.charAt(at);
    if (character === '"') quoted = !quoted;
    else if (character === '!' && !quoted) return at;
  }
  return text.length;
}
