/** COMPRESS. Source: vms-mail.md §2.4. */
import { defineVerb } from '../../../command-definition/index.ts';
import { condition, type FaoArgument } from '../../../condition/index.ts';
import { safeText } from '../../../mime/safe-text.ts';
import { MAIL } from '../../index.ts';
import type { MailSession } from '../mail-session.ts';
import { temporaryFileName } from '../temporary-files.ts';

export const compress = defineVerb<MailSession>({
  name: 'COMPRESS',
  summary: 'Makes a mail file as small as it can be.',
  source: 'vms-mail.md §2.4',
  help: `The file as it was stays as type .OLD; the one of the time before goes. With /OUTPUT the
compressed copy is another file, and nothing else changes.`,
  parameters: [
    {
      label: 'FILE',
      prompt: 'File',
      value: { type: '$FILE' },
      summary: 'mail file; default: the one that is open',
    },
  ],
  qualifiers: {
    OUTPUT: { negatable: false, value: { required: true, type: '$FILE' }, summary: 'file for the copy' },
  },
  routine: async (command, session) => {
    const say = (definition: keyof typeof MAIL, ...args: FaoArgument[]): Promise<void> =>
      session.report(condition(MAIL[definition], ...args));
    const fileSpec = command.value('FILE') ?? (await session.file()).specification;
    const output = command.value('OUTPUT');
    const { input, target, records } = await session.mail.compress(session.user, { fileSpec, output });
    const [from, to] = [safeText(input), safeText(target)];
    if (output !== undefined) {
      await say('CREATED', to);
      await say('COPIED', from, to, records);
      return undefined;
    }
    const temporary = from.replace(/[^\]:]*$/, `${temporaryFileName(session, 'COMPRESS')};1`);
    await say('CREATED', temporary);
    await say('COPIED', from, temporary, records);
    await say('RENAMED', from, to);
    await say('RENAMED', temporary, from);
    return undefined;
  },
});
