/** What somebody types, line by line. */
import type { Interpreter } from './interpreter.ts';

/** The next record; undefined at the end, null after Ctrl/C or Ctrl/Y: a new command, a new prompt. */
export async function readCommand(
  interpreter: Interpreter,
  continued: boolean,
): Promise<string | undefined | null> {
  const { prompt, recalled: initial, keys, signal } = interpreter;
  interpreter.recalled = undefined;
  const read = await interpreter.input.read({
    prompt: continued ? `_${prompt}` : prompt,
    history: 'DCL',
    keys,
    continued,
    ...(initial === undefined ? {} : { initial }),
  });
  if (read.kind === 'record') return read.text;
  return read.kind === 'endOfFile' || signal.aborted ? undefined : null;
}
