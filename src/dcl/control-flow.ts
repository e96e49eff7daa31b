/** GOTO, GOSUB, RETURN, EXIT. Source: dcl.md §8. */
import { DCL } from '../command-definition/index.ts';
import { Condition, INHIBIT_MESSAGE, isSuccess, type MessageDefinition } from '../condition/index.ts';
import type { Outcome } from './execute.ts';
import type { Interpreter } from './interpreter.ts';
import type { Level } from './level.ts';
import { encloses } from './procedure-text.ts';
import { findLabel } from './structure.ts';
import { type DclValue, toInteger } from './value.ts';

const DEEPEST_GOSUB = 16;

/**
 * Labels already read first, then forward from here. A target that is not there ends the procedure. dcl.md §8.1
 * $STATUS stays: at the label of ON … THEN GOTO it is still that of the failure (§7.3).
 */
export function goTo(
  _interpreter: Interpreter,
  level: Level,
  label: string,
  missing: MessageDefinition,
): Outcome {
  if (level.isTyped) throw new Condition(missing, [], { token: label });
  const from = level.block;
  const seen = level.labels.get(label);
  if (seen !== undefined && encloses(level.text.lines[seen]?.block, from)) {
    level.position = seen;
    return undefined;
  }
  const found = findLabel(level.text, label, level.position, from);
  return found instanceof Promise
    ? found.then((index) => jump(level, label, index, missing))
    : jump(level, label, found, missing);
}

function jump(level: Level, label: string, index: number | undefined, missing: MessageDefinition): undefined {
  if (index === undefined) {
    level.position = level.text.lines.length;
    throw new Condition(missing, [], { token: label });
  }
  level.position = index;
  return undefined;
}

/** Same level, same symbols. */
export function startGosub(interpreter: Interpreter, level: Level, label: string): Outcome {
  if (level.isTyped) throw new Condition(DCL.INVGOSUB);
  if (level.gosubs.length >= DEEPEST_GOSUB) throw new Condition(DCL.GOSUBMAX);
  const back = level.position;
  const outcome = goTo(interpreter, level, label, DCL.USGOSUB);
  level.gosubs.push(back);
  return outcome;
}

/** A failure is displayed if it has not been. dcl.md §8.3 */
export function returnFromGosub(
  interpreter: Interpreter,
  level: Level,
  value: DclValue | undefined,
): Outcome {
  const back = level.gosubs.pop();
  if (back === undefined) throw new Condition(DCL.BADRET);
  level.position = back;
  if (value === undefined) return undefined;
  const status = toInteger(value);
  if (isSuccess(status) || (status & INHIBIT_MESSAGE) !== 0) return status;
  return interpreter.displayStatus(status).then(() => status);
}

/** EXIT [status]. At the terminal it runs down the image that stands by, and there is none. dcl.md §8.6 */
export function endLevel(interpreter: Interpreter, level: Level, value: DclValue | undefined): Outcome {
  if (value === undefined) {
    const { status } = interpreter;
    if (!level.isTyped)
      level.end = { status: isSuccess(status) ? status : status | INHIBIT_MESSAGE, displayed: true };
    else if (!interpreter.input.isTerminal) interpreter.isOver = true;
    return undefined;
  }
  const status = toInteger(value);
  const displayed = isSuccess(status) || (status & INHIBIT_MESSAGE) !== 0;
  if (!level.isTyped) {
    level.end = { status, displayed };
    interpreter.status = status;
    return undefined;
  }
  if (!interpreter.input.isTerminal) interpreter.isOver = true;
  return displayed ? status : interpreter.displayStatus(status).then(() => status);
}

/** Goes on behind the line found; a structure that is not closed ends the level. */
export function skipTo(level: Level, found: number | undefined | Promise<number | undefined>): Outcome {
  if (found instanceof Promise) return found.then((index) => skipBehind(level, index));
  return skipBehind(level, found);
}

function skipBehind(level: Level, index: number | undefined): undefined {
  level.position = index === undefined ? level.text.lines.length : index + 1;
  return undefined;
}
