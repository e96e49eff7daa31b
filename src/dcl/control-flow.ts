/** GOTO, GOSUB, RETURN, EXIT. Source: dcl.md §8. */
import { DCL } from '../command-definition/index.ts';
import { Condition, INHIBIT_MESSAGE, isMessageDue, type MessageDefinition } from '../condition/index.ts';
import type { Outcome } from './execute.ts';
import type { Interpreter } from './interpreter.ts';
import type { Level } from './level.ts';
import { encloses } from './procedure-text.ts';
import { findLabel, findPassedLabel } from './structure.ts';
import { type DclValue, toInteger } from './value.ts';

const DEEPEST_GOSUB = 16;

/**
 * Labels already executed first, then forward from here, then what the searches before have read over. A target that is not
 * there ends the procedure. dcl.md §8.1
 * $STATUS stays: at the label of ON … THEN GOTO it is still that of the failure (§7.3).
 */
export function goTo(level: Level, label: string, missing: MessageDefinition): Outcome {
  if (level.isTyped) throw new Condition(missing, [], { token: label });
  const from = level.block;
  const seen = level.labels.get(label);
  if (seen !== undefined && encloses(level.text.lines[seen]?.block, from)) {
    level.position = seen;
    return undefined;
  }
  const start = level.position;
  const jump = (index: number | undefined): undefined => {
    const target = index ?? findPassedLabel(level.text, label, start, from);
    level.position = target ?? level.text.lines.length;
    if (target === undefined) throw new Condition(missing, [], { token: label });
  };
  const found = findLabel(level.text, label, start, from);
  return found instanceof Promise ? found.then(jump) : jump(found);
}

/** Same level, same symbols. */
export function startGosub(level: Level, label: string): Outcome {
  if (level.isTyped) throw new Condition(DCL.INVGOSUB);
  if (level.gosubs.length >= DEEPEST_GOSUB) throw new Condition(DCL.GOSUBMAX);
  const back = level.position;
  const outcome = goTo(level, label, DCL.USGOSUB);
  level.gosubs.push(back);
  return outcome;
}

/** A failure is displayed if it has not been. RETURN without GOSUB ends the level as EXIT does. dcl.md §8.3 [R8] */
export function returnFromGosub(
  interpreter: Interpreter,
  level: Level,
  value: DclValue | undefined,
): Outcome {
  const back = level.gosubs.pop();
  if (back === undefined) return endLevel(interpreter, level, value);
  level.position = back;
  if (value === undefined) return undefined;
  const status = toInteger(value);
  return isMessageDue(status) ? interpreter.displayStatus(status).then(() => status) : status;
}

/**
 * EXIT [status]. Without one, the last status goes on with bit 28: nothing is shown twice. dcl.md §8.6
 * Where somebody types it runs down the image that stands by, and there is none; a procedure that stands still there ends.
 */
export function endLevel(interpreter: Interpreter, level: Level, value: DclValue | undefined): Outcome {
  const status = value === undefined ? interpreter.status | INHIBIT_MESSAGE : toInteger(value);
  if (!level.isTyped) {
    level.end = { status, displayed: !isMessageDue(status) };
    interpreter.status = status;
    return undefined;
  }
  if (level.kind === 'interruption') interpreter.stopTo = 0;
  else if (!interpreter.isAttended) interpreter.isOver = true;
  return isMessageDue(status) ? interpreter.displayStatus(status).then(() => status) : status;
}

/** Goes on at the line found, or so many lines behind it; a structure that is not closed ends the level. */
export function goOnAt(
  level: Level,
  found: number | undefined | Promise<number | undefined>,
  behind: 0 | 1,
): Outcome {
  const go = (index: number | undefined): undefined => {
    level.position = index === undefined ? level.text.lines.length : index + behind;
  };
  return found instanceof Promise ? found.then(go) : go(found);
}
