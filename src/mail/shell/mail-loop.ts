/**
 * The command loop of MAIL>: reads a line, runs its verb, shows what went wrong, and goes on. The one place that catches.
 * Source: vms-mail.md §1.2–1.5.
 */
import {
  asCli,
  CLI,
  type CommandTable,
  LONGEST_COMMAND,
  type ParsedCommand,
  parseWithPrompts,
} from '../../command-definition/index.ts';
import { Condition, condition, SYSTEM, signal } from '../../condition/index.ts';
import { safeText } from '../../mime/safe-text.ts';
import { MAIL, SCREEN } from '../index.ts';
import { initCommands } from './init-file.ts';
import { InterruptedByControlY, StoppedByControlC } from './interrupted.ts';
import type { MailSession, MailShellDependencies } from './mail-session.ts';
import { readMessage, readOn } from './reading.ts';
import { screenText } from './screen-text.ts';

/** How the session ended. */
export type LoopEnd = 'exit' | 'quit' | 'controlY';

export async function runMailLoop(
  session: MailSession,
  table: CommandTable<MailSession>,
  onBug: MailShellDependencies['onBug'],
): Promise<LoopEnd> {
  const prompt = screenText(SCREEN.PROMPT, '> ');
  if ((await runInitFile(session, table, onBug)) === 'controlY') return 'controlY';
  while (session.ending === undefined) {
    if (session.image.signal.aborted) return 'controlY';
    const line = await readCommandLine(session, prompt);
    if (line === 'exit' || line === 'controlY') return line;
    if (line === undefined) continue;
    const end = await reporting(session, onBug, () => execute(session, table, line.text));
    if (end === 'controlY') return end;
  }
  return session.ending;
}

async function runInitFile(
  session: MailSession,
  table: CommandTable<MailSession>,
  onBug: MailShellDependencies['onBug'],
): Promise<'controlY' | undefined> {
  return reporting(session, onBug, async () => {
    for (const line of await initCommands(session)) {
      if (session.ending !== undefined || session.image.signal.aborted) return;
      const end = await reporting(session, onBug, () => execute(session, table, line));
      if (end === 'controlY') throw new InterruptedByControlY();
    }
  });
}

/** What goes wrong is shown, and the session goes on; Ctrl/Y ends it. */
async function reporting(
  session: MailSession,
  onBug: MailShellDependencies['onBug'],
  work: () => Promise<void>,
): Promise<'controlY' | undefined> {
  try {
    await work();
  } catch (error) {
    if (error instanceof InterruptedByControlY) return 'controlY';
    if (error instanceof StoppedByControlC) return undefined;
    await session.report(asCli(expected(error, onBug)));
  }
  return undefined;
}

/** A line with its continuations; undefined after Ctrl/C: a new prompt. */
async function readCommandLine(
  session: MailSession,
  prompt: string,
): Promise<{ readonly text: string } | 'exit' | 'controlY' | undefined> {
  let text = '';
  for (;;) {
    const result = await session.input.read({
      prompt: text === '' ? prompt : '_MAIL> ',
      history: 'MAIL',
      continued: text !== '',
      keys: session.keys,
      applicationKeypad: true,
    });
    if (result.kind === 'endOfFile') return 'exit';
    if (result.kind === 'interrupt') return result.key === 'Y' ? 'controlY' : undefined;
    if (result.kind === 'timeout') return undefined;
    text += result.text;
    if (!/-[ \t]*$/.test(text) || text.length > LONGEST_COMMAND) return { text };
    text = text.replace(/-[ \t]*$/, '');
    if (text === '') text = ' ';
  }
}

async function execute(session: MailSession, table: CommandTable<MailSession>, line: string): Promise<void> {
  const text = line.trim();
  if (text.startsWith('!')) return;
  if (text.length > LONGEST_COMMAND) signal(CLI.BUFOVF);
  if (text === '') return readOn(session);
  if (/^\d+$/.test(text)) {
    await session.display?.close();
    session.display = undefined;
    return readMessage(session, Number(text));
  }
  const command = await parsed(session, table, text);
  // Any other command leaves what is being displayed. READ goes on with it.
  if (command.verb.name !== 'READ') {
    await session.display?.close();
    session.display = undefined;
  }
  await command.verb.routine?.(command, session);
}

/** What begins with no letter is nothing the CLI can name: INVCMD says what was typed. vms-mail.md §1.4 */
async function parsed(
  session: MailSession,
  table: CommandTable<MailSession>,
  text: string,
): Promise<ParsedCommand> {
  try {
    return await parseWithPrompts(text, table, session.input, { facility: 'CLI' });
  } catch (error) {
    if (!(error instanceof Condition) || error.definition !== CLI.NOCOMD) throw error;
    throw condition(MAIL.INVCMD, safeText(text));
  }
}

/** What people see of an error: the condition, or for a bug a text that says no more than that. */
export function expected(error: unknown, onBug: (error: unknown) => void): Condition {
  if (error instanceof Condition) return error;
  onBug(error);
  return isSystemFailure(error)
    ? condition(MAIL.SYSERROR).with(condition(SYSTEM.ABORT))
    : condition(MAIL.CODERR);
}

/** The file system or the database refused: not the user's mistake, and no bug either. Node's own ERR_ codes are bugs. */
const isSystemFailure = (error: unknown): boolean =>
  error instanceof Error && /^(?!ERR_)[A-Z]/.test(String((error as NodeJS.ErrnoException).code ?? ''));
