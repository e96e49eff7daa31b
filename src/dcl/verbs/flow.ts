/** Control of procedures and images: the verbs statement-parser.ts reads itself, and STOP, CONTINUE, WAIT, RUN, MCR, LOGOUT. */
import type { QualifierDefinition } from '../../command-definition/index.ts';
import { Condition, SYSTEM } from '../../condition/index.ts';
import { parseDelta, parseVmsTime } from '../../vms-time/index.ts';
import { logoutLines } from '../accounting-lines.ts';
import { activate } from '../image-activation.ts';
import { takeInterrupt } from '../interrupts.ts';
import { RUN } from '../messages.ts';
import type { CoreContext } from '../verb.ts';
import { type CoreVerb, NORMAL } from './core-verb.ts';

/** Without a routine: the interpreter executes these itself. */
const interpreted: readonly CoreVerb[] = [
  { name: 'IF', summary: 'Tests an expression and executes THEN or ELSE.' },
  { name: 'THEN', summary: 'Begins what IF executes when the expression is true.' },
  { name: 'ELSE', summary: 'Begins what IF executes when the expression is false.' },
  { name: 'ENDIF', summary: 'Ends an IF block.' },
  { name: 'GOTO', summary: 'Goes on at a label.' },
  { name: 'GOSUB', summary: 'Goes to a label and returns with RETURN.' },
  { name: 'RETURN', summary: 'Ends a GOSUB, with a status if one is given.' },
  { name: 'CALL', summary: 'Runs a SUBROUTINE of the procedure as a new command level.' },
  { name: 'SUBROUTINE', summary: 'Begins what CALL runs.' },
  { name: 'ENDSUBROUTINE', summary: 'Ends a SUBROUTINE.' },
  { name: 'EXIT', summary: 'Ends the command level, with a status if one is given.' },
  { name: 'ON', summary: 'Says what to do after an error or Ctrl/Y.' },
  { name: 'WRITE', summary: 'Writes expressions to SYS$OUTPUT or an open file.' },
  { name: 'PIPE', summary: 'Runs several commands: joined by |, or one after the other.' },
  { name: 'DECK', summary: 'Begins data lines that may begin with a dollar sign.' },
  { name: 'EOD', summary: 'Ends data lines begun by DECK.' },
];

const plain = { negatable: false } as const;
const text = { negatable: false, value: { required: true } } as const;

/** With any of these RUN creates a process. */
const processQualifiers: Readonly<Record<string, QualifierDefinition>> = {
  DELAY: text,
  DETACHED: plain,
  ERROR: text,
  INPUT: text,
  INTERVAL: text,
  OUTPUT: text,
  PROCESS_NAME: text,
  SCHEDULE: text,
};

export const flowVerbs: readonly CoreVerb[] = [
  ...interpreted,
  {
    name: 'CONTINUE',
    summary: 'Goes on with the procedure that Ctrl/Y interrupted; elsewhere it does nothing.',
    routine: (_command, { interpreter, level }) => {
      if (level.kind !== 'interruption') return undefined;
      interpreter.interrupts.answer = 'continue';
      level.end = { status: interpreter.status, displayed: true };
      return undefined;
    },
  },
  {
    name: 'STOP',
    summary: 'Ends all procedures, or a subprocess.',
    parameters: [{ label: 'PROCESS_NAME' }],
    qualifiers: { IDENTIFICATION: { negatable: false, value: { required: true } } },
    routine: async (command, { interpreter }) => {
      const pid = command.value('IDENTIFICATION')?.padStart(8, '0');
      const wanted = pid ?? command.value('PROCESS_NAME');
      if (wanted === undefined) {
        interpreter.stopTo = 0;
        return undefined;
      }
      const target = interpreter.job.find(wanted);
      if (target === undefined) throw new Condition(SYSTEM.NONEXPR);
      await interpreter.job.stop(target, interpreter);
      return NORMAL;
    },
  },
  {
    name: 'WAIT',
    summary: 'Waits for a time: 00:00:05 is five seconds.',
    parameters: [{ label: 'TIME', prompt: 'Time', required: true }],
    routine: async (command, context) => {
      await waitUntil(instantOf(command.value('TIME') ?? '', context), context);
      // It is one of the commands that leave $STATUS alone.
      return undefined;
    },
  },
  {
    name: 'RUN',
    summary: 'Activates an image.',
    parameters: [
      { label: 'FILE', prompt: 'Program', required: true, value: { type: '$FILE' } },
      { label: 'ARGUMENTS', value: { type: '$REST_OF_LINE' } },
    ],
    qualifiers: processQualifiers,
    routine: (command, { interpreter, level }) => {
      // Deviation: processes of a node are logins, batch jobs and servers; an image alone is none.
      if (Object.keys(processQualifiers).some((each) => command.present(each)))
        throw new Condition(RUN.CREPRC);
      return activate(
        interpreter,
        level,
        command.value('FILE') ?? '',
        command.value('ARGUMENTS') ?? '',
        '.EXE',
      );
    },
  },
  {
    name: 'MCR',
    summary: 'Activates an image of SYS$SYSTEM with a command line.',
    parameters: [
      { label: 'IMAGE', prompt: 'Image', required: true, value: { type: '$FILE' } },
      { label: 'COMMAND_LINE', value: { type: '$REST_OF_LINE' } },
    ],
    routine: (command, { interpreter, level }) =>
      activate(interpreter, level, command.value('IMAGE') ?? '', command.value('COMMAND_LINE') ?? ''),
  },
  {
    name: 'EOJ',
    summary: 'Ends the job.',
    routine: (_command, { interpreter }) => {
      interpreter.isOver = true;
      return NORMAL;
    },
  },
  {
    name: 'LOGOUT',
    summary: 'Ends the session; /FULL says what it has used.',
    qualifiers: { FULL: { negatable: false }, BRIEF: { negatable: false } },
    disallow: ['FULL AND BRIEF'],
    routine: async (command, context) => {
      const { interpreter, process } = context;
      if (process.mode === 'INTERACTIVE' && interpreter.input.isTerminal) {
        for (const line of logoutLines(process, command.present('FULL')))
          await context.output.writeLine(line);
      }
      interpreter.isOver = true;
      return NORMAL;
    },
  },
];

/** A delta, or an absolute time to wait for. dcl.md §15 */
function instantOf(text: string, { process }: CoreContext): number {
  const now = process.clock.now();
  return /[A-Z]/i.test(text) ? parseVmsTime(text, now) : now + parseDelta(text);
}

/** After Ctrl/Y, CONTINUE waits for what is left. */
async function waitUntil(instant: number, context: CoreContext): Promise<void> {
  const { interpreter, level } = context;
  for (;;) {
    await interpreter.interrupts.interruptible((signal) => pause(instant, context, signal));
    if (!interpreter.interrupts.isPending || !(await takeInterrupt(interpreter, level))) return;
  }
}

async function pause(instant: number, { process }: CoreContext, signal: AbortSignal): Promise<void> {
  if (signal.aborted || instant <= process.clock.now()) return;
  await new Promise<void>((resolve) => {
    const callOff = process.clock.at(instant, () => {
      signal.removeEventListener('abort', stop);
      resolve();
    });
    const stop = (): void => {
      callOff();
      resolve();
    };
    signal.addEventListener('abort', stop, { once: true });
  });
}
