/**
 * MAIL$INIT: where this logical name is defined, the file it names holds commands that MAIL executes before its first prompt,
 * usually DEFINE/KEY. Source: vms-mail.md §1.1 (inferred).
 */
import type { MailSession } from './mail-session.ts';
import { collect, openTextFile } from './text-files.ts';

const NAME = 'MAIL$INIT';

/** Its commands, continuation lines joined; none where there is no such name. Signals OPENIN. */
export async function initCommands(session: MailSession): Promise<readonly string[]> {
  const { logicalNames, files } = session.image.process;
  if (logicalNames.lookup(NAME) === undefined) return [];
  await using file = await openTextFile(files, session.resolveFile, NAME, '.INI');
  const text = (await collect(file)).join('\n').replace(/-[ \t]*\n/g, '');
  // An empty line would read a message.
  return text.split('\n').filter((line) => line.trim() !== '');
}
