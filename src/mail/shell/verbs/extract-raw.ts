/** EXTRACT/RAW, ours: a message as it came, byte for byte. Source: own. */
import { defineVerb } from '../../../command-definition/index.ts';
import { condition } from '../../../condition/index.ts';
import { safeText } from '../../../mime/safe-text.ts';
import { MAIL } from '../../index.ts';
import type { MailSession } from '../mail-session.ts';
import { openFailure } from '../text-files.ts';

export const extractRaw = defineVerb<MailSession>({
  name: 'EXTRACT/RAW',
  summary: 'Copies the message you are reading to a file, as it came.',
  source: 'own',
  parameters: [
    {
      label: 'FILE',
      prompt: 'File',
      required: true,
      value: { type: '$OUTFILE' },
      summary: 'file to write; type .EML',
    },
  ],
  qualifiers: {
    RAW: { negatable: false, summary: 'header and text as they came, undecoded' },
  },
  routine: async (command, session) => {
    const { selection, number } = session.current();
    const message = await selection.message(number);
    const writer = await openOutput(command.value('FILE') ?? '', session);
    try {
      await session.interruptible(async (stop) => {
        for await (const bytes of message.bytes()) {
          if (stop.aborted) return;
          await writer.writeBytes(bytes);
        }
      });
    } finally {
      await writer.close();
    }
    await session.report(condition(MAIL.CREATED, safeText(writer.specification)));
    return undefined;
  },
});

async function openOutput(file: string, session: MailSession) {
  let specification = file;
  try {
    specification = await session.resolveFile(file, '.EML');
    return await session.image.process.files.create(specification);
  } catch (error) {
    throw openFailure(error, 'OPENOUT', specification);
  }
}
