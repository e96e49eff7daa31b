/** Runs a verb of a command table. Source: dcl.md §6. */
import { DCL, type ParsedCommand, parseCommand, parseWithPrompts } from '../command-definition/index.ts';
import { Condition, INHIBIT_MESSAGE, isMessageDue, SYSTEM } from '../condition/index.ts';
import type { VerbContext } from '../system/image.ts';
import { DataLines } from './data-lines.ts';
import { closeImageInputs, imageContext, mayRunNoImages, rundown } from './image-activation.ts';
import { withIndirectText } from './indirect-text.ts';
import type { Interpreter } from './interpreter.ts';
import { endsStandstill } from './interrupts.ts';
import type { Level } from './level.ts';
import type { Statement } from './statement.ts';

/** What routines of the interpreter's own verbs get. */
export interface CoreContext extends VerbContext {
  readonly interpreter: Interpreter;
  readonly level: Level;
}

/** Verbs that do not activate an image: $STATUS is the bare value, and images stay as they are. dcl.md §6.2 */
const builtInVerbs: ReadonlySet<string> = new Set([
  ...[
    'ASSIGN',
    'DEFINE',
    'DEASSIGN',
    'CLOSE',
    'CONTINUE',
    'DELETE/SYMBOL',
    'DEFINE/KEY',
    'DELETE/KEY',
    'SET KEY',
    'SHOW KEY',
    'INQUIRE',
    'OPEN',
    'READ',
    'STOP',
  ],
  ...[
    'SET CONTROL',
    'SET DEFAULT',
    'SET ON',
    'SET NOON',
    'SET PROMPT',
    'SET SYMBOL',
    'SET VERIFY',
    'SET OUTPUT_RATE',
  ],
  ...[
    'SET NOVERIFY',
    'SET NOCONTROL',
    'SET PREFIX',
    'SET NOPREFIX',
    'SHOW DEFAULT',
    'SHOW PROTECTION',
    'SET PROTECTION/DEFAULT',
    'SHOW LOGICAL',
    'SHOW SYMBOL',
  ],
  ...[
    'RECALL',
    'SHOW STATUS',
    'SHOW TIME',
    'SHOW TRANSLATION',
    'WAIT',
    'LOGOUT',
    'SET MESSAGE',
    'RUN',
    'MCR',
    'SPAWN',
    'ATTACH',
  ],
]);

export async function runVerb(
  interpreter: Interpreter,
  level: Level,
  statement: Extract<Statement, { kind: 'verb' }>,
): Promise<number | undefined> {
  const command = await parse(interpreter, level, statement);
  const { routine, name } = command.verb;
  if (routine === undefined) throw new Condition(DCL.IVVERB, [], { token: name });
  const isRun = name === 'RUN' || name === 'MCR';
  if ((isRun || !builtInVerbs.has(name)) && endsStandstill(interpreter, level)) return undefined;
  if (isRun && mayRunNoImages(interpreter)) throw new Condition(DCL.NORUNMCR);
  if (builtInVerbs.has(name)) {
    const asked = interpreter.imageInputs.length;
    try {
      return await interpreter.interrupts.interruptible(async (signal) =>
        routine(command, coreContext(interpreter, level, signal, statement.text)),
      );
    } finally {
      await closeImageInputs(interpreter, asked);
    }
  }
  // Each of them is an image on OpenVMS, named after the verb: COPY, SHOW, SET.
  const [image = name] = name.split(/[ /]/);
  return asImage(interpreter, level, image, async (signal) =>
    routine(command, coreContext(interpreter, level, signal, statement.text)),
  );
}

/** Kept with the statement unless something was asked for: an answer counts once. */
async function parse(
  interpreter: Interpreter,
  level: Level,
  statement: Extract<Statement, { kind: 'verb' }>,
): Promise<ParsedCommand> {
  if (statement.parsed !== undefined) return statement.parsed;
  const { tables } = interpreter.vocabulary;
  const options = { facility: 'DCL', isBatch: interpreter.process.mode === 'BATCH' } as const;
  const text = await withIndirectText(interpreter, statement.text);
  const result = parseCommand(text, tables, options);
  if (result.kind === 'command') {
    if (text === statement.text) statement.parsed = result.command;
    return result.command;
  }
  // dcl.md §6.1: the terminal is prompted; in a procedure the data lines answer, or it is INSFPRM.
  const input = level.isTyped ? interpreter.input : new DataLines(level);
  return parseWithPrompts(text, tables, input, options);
}

const coreContext = (
  interpreter: Interpreter,
  level: Level,
  signal: AbortSignal,
  commandLine: string,
): CoreContext => ({ ...imageContext(interpreter, level, signal, commandLine), interpreter, level });

/** Thrown by a routine that has shown its messages and ends with this $STATUS as it stands, without bit 28. */
export class ShownStatus extends Error {
  readonly value: number;

  constructor(value: number) {
    super('the status has been shown');
    this.value = value;
  }
}

/**
 * Runs something as an image: a failure is displayed once, $STATUS carries bit 28, names of USER mode vanish.
 * @returns the final $STATUS
 */
export async function asImage(
  interpreter: Interpreter,
  level: Level,
  image: string,
  work: (signal: AbortSignal) => Promise<number | undefined>,
): Promise<number> {
  const outer = interpreter.runningImage;
  const asked = interpreter.imageInputs.length;
  interpreter.runningImage = image;
  try {
    const status = (await interpreter.interrupts.interruptible(work)) ?? SYSTEM.NORMAL.value;
    if (!isMessageDue(status)) return status;
    await interpreter.displayStatus(status);
    return status | INHIBIT_MESSAGE;
  } catch (error) {
    if (error instanceof ShownStatus) return error.value;
    const subject = interpreter.asCondition(error);
    await interpreter.display(subject);
    return subject.value | INHIBIT_MESSAGE;
  } finally {
    interpreter.level = level;
    interpreter.runningImage = outer;
    await closeImageInputs(interpreter, asked);
    await rundown(interpreter);
  }
}
