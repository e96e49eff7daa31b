/**
 * Executes lines and commands: phases of substitution, then the statement. A result is the new condition value, or undefined
 * where $STATUS stays; it is a promise only where something had to be waited for. Source: dcl.md §3, §6–§9.
 */
import { DCL } from '../command-definition/index.ts';
import { Condition } from '../condition/index.ts';
import { assign, assignText, overlay } from './assignment.ts';
import { callSubroutine, runProcedure } from './call.ts';
import { type Command, cookCommand } from './command.ts';
import { endLevel, goTo, returnFromGosub, skipTo, startGosub } from './control-flow.ts';
import { type Expression, evaluateAny } from './expression.ts';
import { activateForeign } from './image-activation.ts';
import type { Interpreter } from './interpreter.ts';
import type { Level } from './level.ts';
import type { ProcedureLine } from './procedure-text.ts';
import type { Statement } from './statement.ts';
import { parseStatement } from './statement-parser.ts';
import { findBranch, findEndOfSubroutine } from './structure.ts';
import { substitute, substituteAmpersands } from './substitution.ts';
import { type DclValue, isTrue } from './value.ts';
import { runVerb } from './verb.ts';
import { write } from './write.ts';

export type Outcome = number | undefined | Promise<number | undefined>;

/** $STATUS after a command of the interpreter itself. dcl.md §6.2 */
export const NORMAL: number = DCL.NORMAL.value;

/** Takes the next line of the level and executes it. */
export function executeLine(interpreter: Interpreter, level: Level): Outcome {
  const line = level.text.lines[level.position]!;
  level.position += 1;
  if (line.kind !== 'command') return skipData(interpreter, level, line);
  level.isSkippingData = false;
  if (line.label !== undefined) noteLabel(interpreter, level, line.label);
  if (line.command !== undefined && !interpreter.verify.procedure) {
    return executeCommand(interpreter, level, line.command, line);
  }
  return executeSubstituted(interpreter, level, line);
}

function noteLabel(interpreter: Interpreter, level: Level, label: string): void {
  level.labels.set(label, level.position - 1);
  // Nothing else of the line is lost: the message comes, the command runs.
  if (level.isTyped) void interpreter.display(new Condition(DCL.NOLBLS));
}

/** Data nobody reads: one warning for the lines that stand together. dcl.md §1 */
function skipData(interpreter: Interpreter, level: Level, line: ProcedureLine): Outcome {
  if (line.kind === 'endOfDeck' || level.isSkippingData) return undefined;
  level.isSkippingData = true;
  return interpreter.display(new Condition(DCL.SKPDAT)).then(() => undefined);
}

/** Phase 1, record by record, so that SET VERIFY can show the records as they are laid out. dcl.md §9.5 */
function executeSubstituted(interpreter: Interpreter, level: Level, line: ProcedureLine): Outcome {
  const pieces: string[] = [];
  for (let index = 0; index < line.pieces.length; index += 1) {
    const piece = substitute(line.pieces[index]!, interpreter, interpreter.vocabulary.lexicals);
    if (piece instanceof Promise) return settlePieces(interpreter, level, line, pieces, piece);
    pieces.push(piece);
  }
  return executePieces(interpreter, level, line, pieces);
}

async function settlePieces(
  interpreter: Interpreter,
  level: Level,
  line: ProcedureLine,
  pieces: string[],
  first: Promise<string>,
): Promise<number | undefined> {
  pieces.push(await first);
  for (let index = pieces.length; index < line.pieces.length; index += 1) {
    pieces.push(await substitute(line.pieces[index]!, interpreter, interpreter.vocabulary.lexicals));
  }
  return executePieces(interpreter, level, line, pieces);
}

function executePieces(
  interpreter: Interpreter,
  level: Level,
  line: ProcedureLine,
  pieces: readonly string[],
): Outcome {
  const text = pieces.join('');
  const command = interpreter.vocabulary.command(
    cookCommand(line.label === undefined ? text : text.replace(/^[^:]*:/, '')),
  );
  if (!interpreter.verify.procedure || level.isTyped)
    return executeCommand(interpreter, level, command, line);
  return echo(interpreter, line, pieces).then(() => executeCommand(interpreter, level, command, line));
}

async function echo(interpreter: Interpreter, line: ProcedureLine, pieces: readonly string[]): Promise<void> {
  for (const [index, record] of line.records.entries()) {
    const piece = line.pieces[index] ?? '';
    const at = record.indexOf(piece);
    await interpreter.output.writeLine(
      at === -1 ? record : record.slice(0, at) + (pieces[index] ?? '') + record.slice(at + piece.length),
    );
  }
}

/** Phase 2: the verb symbol, once; then ampersands; then the statement. */
export function executeCommand(
  interpreter: Interpreter,
  level: Level,
  command: Command,
  line?: ProcedureLine,
): Outcome {
  let meant = command;
  if (command.word !== '') {
    const value = interpreter.symbolValue(command.word);
    if (value !== undefined) {
      const text = `${value}${command.text.slice(command.word.length)}`;
      if (typeof value === 'string' && value.startsWith('$'))
        return activateForeign(interpreter, level, text.slice(1));
      meant = interpreter.vocabulary.command(cookCommand(text));
    }
  }
  if (meant.text.includes('&'))
    return execute(interpreter, level, expandAmpersands(interpreter, meant), line);
  meant.statement ??= parseStatement(meant.text, interpreter.vocabulary);
  return execute(interpreter, level, meant.statement, line);
}

/** Not in `:=`, not in parameters of `@` and CALL; bare tokens in expressions, one quoted token in commands. dcl.md §3 */
function expandAmpersands(interpreter: Interpreter, command: Command): Statement {
  const { text } = command;
  const literal = /^[^"]*?:==?/.test(text) || text.startsWith('@') || /^CALL(?![A-Z0-9$_])/.test(text);
  if (literal) return parseStatement(text, interpreter.vocabulary);
  const expression = command.word === '' || /^(IF|WRITE|EXIT|RETURN)(?![A-Z0-9$_])/.test(text);
  return parseStatement(substituteAmpersands(text, interpreter, !expression), interpreter.vocabulary);
}

function execute(
  interpreter: Interpreter,
  level: Level,
  statement: Statement,
  line: ProcedureLine | undefined,
): Outcome {
  if (line?.isMisplaced) throw new Condition(DCL.INVIFNEST);
  switch (statement.kind) {
    case 'empty':
    case 'data':
      return undefined;
    case 'assign':
      return assign(interpreter, level, statement);
    case 'assignText':
      return assignText(interpreter, level, statement);
    case 'overlay':
      return overlay(interpreter, level, statement);
    case 'if':
      return withValue(interpreter, statement.condition, (value) =>
        branch(interpreter, level, statement, isTrue(value)),
      );
    case 'then':
      return statement.command === undefined
        ? undefined
        : executeCommand(interpreter, level, statement.command);
    case 'else':
      // Reached from above: the branch before it was taken.
      return skipTo(level, findBranch(level.text, level.position, ['endif']));
    case 'endif':
      return undefined;
    case 'goto':
      return goTo(interpreter, level, statement.label, DCL.USGOTO);
    case 'gosub':
      return startGosub(interpreter, level, statement.label);
    case 'return':
      return withOptional(interpreter, statement.status, (value) =>
        returnFromGosub(interpreter, level, value),
      );
    case 'exit':
      return withOptional(interpreter, statement.status, (value) => endLevel(interpreter, level, value));
    case 'call':
      return callSubroutine(interpreter, level, statement);
    case 'subroutine':
      return skipTo(level, findEndOfSubroutine(level.text, level.position));
    case 'endsubroutine':
      level.end = { status: NORMAL, displayed: true };
      return undefined;
    case 'procedure':
      return runProcedure(interpreter, level, statement);
    case 'on':
      return setOn(level, statement);
    case 'write':
      return write(interpreter, level, statement);
    case 'verb':
      return runVerb(interpreter, level, statement);
  }
}

/** Goes on with the value, at once where it is there at once. */
export function withValue(
  interpreter: Interpreter,
  expression: Expression,
  go: (value: DclValue) => Outcome,
): Outcome {
  const value = evaluateAny(expression, interpreter);
  return value instanceof Promise ? value.then(go) : go(value);
}

function withOptional(
  interpreter: Interpreter,
  expression: Expression | undefined,
  go: (value: DclValue | undefined) => Outcome,
): Outcome {
  return expression === undefined ? go(undefined) : withValue(interpreter, expression, go);
}

/** IF leaves $STATUS alone. */
function branch(
  interpreter: Interpreter,
  level: Level,
  statement: Extract<Statement, { kind: 'if' }>,
  taken: boolean,
): Outcome {
  if (statement.clause !== undefined) {
    return taken ? executeCommand(interpreter, level, statement.clause) : undefined;
  }
  if (taken) return undefined;
  const found = findBranch(level.text, level.position, ['else', 'endif']);
  return found instanceof Promise
    ? found.then((index) => enterElse(interpreter, level, index))
    : enterElse(interpreter, level, found);
}

/** ELSE may carry a command on its line. */
function enterElse(interpreter: Interpreter, level: Level, index: number | undefined): Outcome {
  level.position = index === undefined ? level.text.lines.length : index + 1;
  const line = index === undefined ? undefined : level.text.lines[index];
  if (line === undefined) throw new Condition(DCL.INVIFNEST);
  if (line.structure !== 'else' || /^ELSE\s*$/.test(line.command?.text ?? '')) return undefined;
  return line.command === undefined
    ? elseWithSubstitution(interpreter, level, line)
    : runElse(interpreter, level, line.command);
}

function runElse(interpreter: Interpreter, level: Level, command: Command): Outcome {
  const text = command.text.replace(/^ELSE(?![A-Z0-9$_])[ \t]*(\$[ \t]+)?/, '');
  return executeCommand(interpreter, level, interpreter.vocabulary.command(text));
}

async function elseWithSubstitution(
  interpreter: Interpreter,
  level: Level,
  line: ProcedureLine,
): Promise<number | undefined> {
  const pieces: string[] = [];
  for (const piece of line.pieces) {
    pieces.push(await substitute(piece, interpreter, interpreter.vocabulary.lexicals));
  }
  return runElse(interpreter, level, interpreter.vocabulary.command(cookCommand(pieces.join(''))));
}

function setOn(level: Level, statement: Extract<Statement, { kind: 'on' }>): number {
  if (level.isTyped) throw new Condition(DCL.ONLEVL);
  if (statement.condition === 'CONTROL_Y') level.onControlY = statement.command;
  else level.onAction = { condition: statement.condition, command: statement.command };
  return NORMAL;
}
