/**
 * The command loop of a utility with a prompt of its own (TCPIP>, UAF>): reads a line, runs its verb, shows the condition,
 * goes on until EXIT or the end of the input. The one place of such a utility that catches conditions.
 */
import { CLI, type CommandTable, LONGEST_COMMAND, parseWithPrompts } from '../command-definition/index.ts';
import { Condition, condition, conditionLines, INHIBIT_MESSAGE, SYSTEM, signal } from '../condition/index.ts';
import type { ImageContext } from './image.ts';

export interface UtilityLoop<Context> {
  /** `TCPIP> `; continuation lines get it with `_` in front. */
  readonly prompt: string;
  readonly table: CommandTable<Context>;
  /** What routines get: the image's context, or more. */
  readonly context: Context;
  /** Asked after each command: true ends the loop. */
  readonly isEnding: () => boolean;
  /** A bug in a routine is logged there; the utility says ABORT and goes on. */
  readonly onBug: (error: unknown) => void;
}

/** Runs until the end. @returns status of the last command, as a procedure sees it */
export async function runUtilityLoop<Context>(
  image: ImageContext,
  utility: UtilityLoop<Context>,
): Promise<number> {
  let status = SYSTEM.NORMAL.value;
  while (!utility.isEnding() && !image.signal.aborted) {
    const line = await readCommand(image, utility.prompt);
    if (line === 'end') return status;
    if (line === 'again' || line.trim() === '' || /^\s*!/.test(line)) continue;
    status = await runUtilityCommand(image, utility, line);
  }
  return status;
}

/** One command, its condition shown. @returns its status, marked as shown already after a failure */
export async function runUtilityCommand<Context>(
  image: ImageContext,
  utility: Pick<UtilityLoop<Context>, 'table' | 'context' | 'onBug'>,
  line: string,
): Promise<number> {
  try {
    if (line.length > LONGEST_COMMAND) signal(CLI.BUFOVF);
    const command = await parseWithPrompts(line, utility.table, image.input, { facility: 'CLI' });
    return (await command.verb.routine?.(command, utility.context)) ?? SYSTEM.NORMAL.value;
  } catch (error) {
    if (!(error instanceof Condition)) utility.onBug(error);
    const failure = error instanceof Condition ? error : condition(SYSTEM.ABORT);
    for (const text of conditionLines(failure)) await image.error.writeLine(text);
    return failure.value | INHIBIT_MESSAGE;
  }
}

/** A line and its continuations. Ctrl/C gives a new prompt, Ctrl/Y and Ctrl/Z end the utility. */
async function readCommand(image: ImageContext, prompt: string): Promise<string | 'end' | 'again'> {
  let text = '';
  for (;;) {
    const result = await image.input.read({
      prompt: text === '' ? prompt : `_${prompt}`,
      history: prompt.trim(),
    });
    if (result.kind === 'interrupt') return result.key === 'C' ? 'again' : 'end';
    if (result.kind !== 'record') return 'end';
    text += result.text;
    if (!/-[ \t]*$/.test(text) || text.length > LONGEST_COMMAND) return text;
    text = text.replace(/-[ \t]*$/, ' ');
  }
}

export type Answer = 'yes' | 'no' | 'all' | 'end';

/** Asks `… [N]:`; anything but Y and G is no. */
export async function ask(image: ImageContext, prompt: string): Promise<Answer> {
  const result = await image.input.read({ prompt });
  if (result.kind !== 'record') return 'end';
  const text = result.text.trim().toUpperCase();
  if (text !== '' && 'YES'.startsWith(text)) return 'yes';
  return text === 'G' || text === 'GO' ? 'all' : 'no';
}
