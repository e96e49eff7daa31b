/** WRITE: values put together with nothing between them, to SYS$OUTPUT or to an open file. Source: dcl.md §10.3. */
import { DCL } from '../command-definition/index.ts';
import { Condition, RMS } from '../condition/index.ts';
import { sessionDevice } from '../system/session-device.ts';
import { goTo } from './control-flow.ts';
import { outputOf } from './devices.ts';
import type { Outcome } from './execute.ts';
import { evaluate, evaluateAny, isAsynchronous } from './expression.ts';
import type { Interpreter } from './interpreter.ts';
import type { Level } from './level.ts';
import type { OpenRecords } from './open-files.ts';
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
  const channel = statement.channel.startsWith('&')
    ? toText(interpreter.symbolValue(statement.channel.slice(1)) ?? '').toUpperCase()
    : statement.channel;
  const file = interpreter.files.get(channel);
  if (file !== undefined && file.device === undefined)
    return putToFile(level, file, interpreter, statement, text);
  const device = file === undefined ? sessionDevice(channel, interpreter.process) : undefined;
  const output = file?.device?.output ?? (device && outputOf(device, interpreter));
  if (output === undefined) return failed(interpreter, level, statement, new Condition(DCL.UNDFIL));
  const waiting = output.writeLine(text);
  return waiting === undefined ? RMS.NORMAL.value : waiting.then(() => RMS.NORMAL.value);
}

async function putToFile(
  level: Level,
  { records }: OpenRecords,
  interpreter: Interpreter,
  statement: Write,
  text: string,
): Promise<number | undefined> {
  try {
    await (statement.update ? records.update(text) : records.write(text));
    return RMS.NORMAL.value;
  } catch (error) {
    return failed(interpreter, level, statement, error);
  }
}

/** /ERROR=label: $STATUS is set, and control goes there. */
function failed(interpreter: Interpreter, level: Level, { errorLabel }: Write, error: unknown): Outcome {
  if (errorLabel === undefined || !(error instanceof Condition)) throw error;
  interpreter.status = error.value;
  return goTo(level, errorLabel, DCL.USGOTO);
}
