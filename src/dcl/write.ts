/** WRITE: values put together with nothing between them, to SYS$OUTPUT or to an open file. Source: dcl.md §10.3. */
import { DCL } from '../command-definition/index.ts';
import { Condition, RMS } from '../condition/index.ts';
import { goTo } from './control-flow.ts';
import type { Outcome } from './execute.ts';
import { evaluate, evaluateAny, isAsynchronous } from './expression.ts';
import type { Interpreter } from './interpreter.ts';
import type { Level } from './level.ts';
import type { Statement } from './statement.ts';
import { toText } from './value.ts';

type Write = Extract<Statement, { kind: 'write' }>;

export function write(interpreter: Interpreter, level: Level, statement: Write): Outcome {
  if (statement.values.some(isAsynchronous)) return writeLater(interpreter, level, statement);
  let text = '';
  for (const value of statement.values) text += toText(evaluate(value, interpreter));
  return put(interpreter, level, statement, text);
}

async function writeLater(
  interpreter: Interpreter,
  level: Level,
  statement: Write,
): Promise<number | undefined> {
  let text = '';
  for (const value of statement.values) text += toText(await evaluateAny(value, interpreter));
  return put(interpreter, level, statement, text);
}

function put(interpreter: Interpreter, level: Level, statement: Write, text: string): Outcome {
  const file = interpreter.files.get(statement.channel);
  if (file !== undefined) return putToFile(interpreter, level, statement, text);
  const output =
    statement.channel === 'SYS$OUTPUT' || statement.channel === 'SYS$COMMAND'
      ? interpreter.output
      : statement.channel === 'SYS$ERROR'
        ? interpreter.streams.error
        : undefined;
  if (output === undefined) throw new Condition(DCL.UNDFIL);
  const waiting = output.writeLine(text);
  return waiting === undefined ? RMS.NORMAL.value : waiting.then(() => RMS.NORMAL.value);
}

async function putToFile(
  interpreter: Interpreter,
  level: Level,
  statement: Write,
  text: string,
): Promise<number | undefined> {
  try {
    const writer = interpreter.files.get(statement.channel)?.writer;
    if (writer === undefined) throw new Condition(RMS.PRV);
    await writer.write(text);
    return RMS.NORMAL.value;
  } catch (error) {
    if (statement.errorLabel === undefined || !(error instanceof Condition)) throw error;
    interpreter.status = error.value;
    await goTo(interpreter, level, statement.errorLabel, DCL.USGOTO);
    return undefined;
  }
}
