/**
 * Executes lines and commands: phases of substitution, then the statement. A result is the new condition value, or undefined
 * where $STATUS stays; it is a promise only where something had to be waited for. Source: dcl.md §3, §6–§9.
 */
import { DCL } from '../command-definition/index.ts';
import { Condition } from '../condition/index.ts';
import { assign, assignText, overlay } from './assignment.ts';
import { callSubroutine, runProcedure } from './call.ts';
import { type Command, cookCommand } from './command.ts';
import { endLevel, goOnAt, goTo, returnFromGosub, startGosub } from './control-flow.ts';
import { echo } from './echo.ts';
import { type Expression, evaluateAny } from './expression.ts';
import { activateForeign } from './image-activation.ts';
import type { Interpreter } from './interpreter.ts';
import type { Level } from './level.ts';
import { runPipe } from './pipe/run-pipe.ts';
import type { ProcedureLine } from './procedure-line.ts';
import type { Statement } from './statement.ts';
import { findBranch, findCommand, findEndOfSubroutine } from './structure.ts';
import { substitute, substituteAmpersands } from './substitution.ts';
import { runUnknownVerb } from './unknown-verb.ts';
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
  if (line.label !== undefined) {
    // Nothing else of the line is lost: the message comes, the command runs.
    if (level.isTyped)
      return interpreter
        .display(new Condition(DCL.NOLBLS))
        .then(() => executeSubstituted(interpreter, level, line));
    level.labels.set(line.label, level.position - 1);
  }
  if (line.command !== undefined && !interpreter.verify.procedure) {
    return executeCommand(interpreter, level, line.command, line);
  }
  return executeSubstituted(interpreter, level, line);
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

/** More than a line has room for: only a symbol that leads to itself (`$ X = "IF 1 THEN X"`) has so many. */
const NESTED_CLAUSES = 1_000;

/**
 * Phase 2: the verb symbol, once; then ampersands; then the statement.
 * @param depth  clauses of IF, THEN and ELSE, and segments of PIPE, it stands in
 */
export function executeCommand(
  interpreter: Interpreter,
  level: Level,
  command: Command,
  line?: ProcedureLine,
  depth = 0,
): Outcome {
  if (depth > NESTED_CLAUSES) throw new Condition(DCL.BUFOVF);
  let meant = command;
  if (command.word !== '' && !command.isPlain(level.symbols.space)) {
    const value = interpreter.symbols.verb(command.word);
    if (value === undefined) command.rememberPlain(level.symbols.space);
    else {
      const text = `${value}${command.text.slice(command.word.length)}`;
      if (typeof value === 'string' && value.startsWith('$'))
        return activateForeign(interpreter, level, text.slice(1));
      meant = interpreter.vocabulary.command(cookCommand(text));
    }
  }
  if (meant.hasAmpersands) {
    meant = interpreter.vocabulary.command(substituteAmpersands(meant.text, interpreter));
  }
  return execute(interpreter, level, meant.statement(interpreter.vocabulary), line, depth);
}

function execute(
  interpreter: Interpreter,
  level: Level,
  statement: Statement,
  line: ProcedureLine | undefined,
  depth: number,
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
        branch(interpreter, level, statement, isTrue(value), depth),
      );
    case 'then':
      return statement.command === undefined
        ? undefined
        : executeCommand(interpreter, level, statement.command, undefined, depth + 1);
    case 'else':
      return passElse(interpreter, level, statement.command, depth);
    case 'endif':
      return undefined;
    case 'goto':
      return goTo(level, statement.label, DCL.USGOTO);
    case 'gosub':
      return startGosub(level, statement.label);
    case 'return':
      return withOptional(interpreter, statement.status, (value) =>
        returnFromGosub(interpreter, level, value),
      );
    case 'exit':
      return withOptional(interpreter, statement.status, (value) => endLevel(interpreter, level, value));
    case 'call':
      return callSubroutine(interpreter, level, statement);
    case 'subroutine':
      if (level.isTyped) throw new Condition(DCL.INVCALL);
      return passSubroutine(interpreter, level);
    case 'endsubroutine':
      if (level.kind !== 'subroutine') throw new Condition(DCL.INVCALL);
      level.end = { status: NORMAL, displayed: true };
      return undefined;
    case 'procedure':
      return runProcedure(interpreter, level, statement);
    case 'pipe':
      return runPipe(interpreter, level, statement.list, depth);
    case 'on':
      return setOn(level, statement);
    case 'write':
      return write(interpreter, level, statement);
    case 'unknownVerb':
      return runUnknownVerb(interpreter, level, statement);
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
  depth: number,
): Outcome {
  if (statement.clause !== undefined) {
    return taken ? executeCommand(interpreter, level, statement.clause, undefined, depth + 1) : undefined;
  }
  if (level.isTyped) return enterBlock(level, taken);
  const next = findCommand(level.text, level.position);
  const go = (line: ProcedureLine | undefined): Outcome => {
    // What is not an IF block is no command either; nothing is skipped. dcl.md §8.2
    if (line !== undefined && line.structure !== 'then') throw new Condition(DCL.NOTHEN);
    return enterBlock(level, taken);
  };
  return next instanceof Promise ? next.then(go) : go(next);
}

function enterBlock(level: Level, taken: boolean): Outcome {
  if (taken) return undefined;
  const found = findBranch(level.text, level.position, ['else', 'endif']);
  return found instanceof Promise
    ? found.then((index) => enterBranch(level, index))
    : enterBranch(level, found);
}

/** The ELSE or ENDIF is executed, and shown by SET VERIFY, like any line; what stands before it is not read. dcl.md §8.2 */
function enterBranch(level: Level, index: number | undefined): undefined {
  level.position = index ?? level.text.lines.length;
  if (index === undefined) throw new Condition(DCL.INVIFNEST);
  level.enteredElse = index;
  return undefined;
}

/** Reached from above, ELSE ends the branch that was taken. */
function passElse(
  interpreter: Interpreter,
  level: Level,
  command: Command | undefined,
  depth: number,
): Outcome {
  if (level.enteredElse === level.position - 1) {
    level.enteredElse = undefined;
    return command === undefined
      ? undefined
      : executeCommand(interpreter, level, command, undefined, depth + 1);
  }
  return goOnAt(level, findBranch(level.text, level.position, ['endif']), 0);
}

/** Reached from above, a subroutine is passed over. */
function passSubroutine(interpreter: Interpreter, level: Level): Outcome {
  const found = findEndOfSubroutine(level.text, level.position);
  const pass = (index: number | undefined): Outcome => {
    goOnAt(level, index, 1);
    if (index !== undefined) return undefined;
    return interpreter.display(new Condition(DCL.MSNGENDS)).then(() => undefined);
  };
  return found instanceof Promise ? found.then(pass) : pass(found);
}

function setOn(level: Level, statement: Extract<Statement, { kind: 'on' }>): number {
  if (level.isTyped) throw new Condition(DCL.ONLEVL);
  if (statement.condition === 'CONTROL_Y') level.onControlY = statement.command;
  else level.onAction = { condition: statement.condition, command: statement.command };
  return NORMAL;
}
