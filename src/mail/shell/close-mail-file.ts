/** Leaves a mail file: what was read becomes old, and the wastebasket is emptied as the profile says. vms-mail.md §2.12 */
import { condition } from '../../condition/index.ts';
import { MAIL } from '../index.ts';
import type { LoopEnd } from './mail-loop.ts';
import type { Ending, MailSession } from './mail-session.ts';

/** Leaving MAIL: what was printed is released, then the file is closed. */
export async function leaveMail(session: MailSession, end: LoopEnd): Promise<void> {
  if (end === 'controlY') await session.printJob.cancel();
  else await session.printJob.release(session);
  await closeMailFile(session, end === 'exit' ? 'exit' : 'quit');
}

export async function closeMailFile(session: MailSession, ending: Ending): Promise<void> {
  const file = session.openFile;
  if (file === undefined) return;
  if (ending === 'quit') {
    await file.close({ purge: false });
    return;
  }
  const { autoPurge } = await session.mail.profile(session.userName);
  if (autoPurge && (await file.wouldReclaim())) await session.report(condition(MAIL.RECLPLSWAIT));
  await file.close({ purge: autoPurge });
}
