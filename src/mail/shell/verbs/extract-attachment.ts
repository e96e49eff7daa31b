/** EXTRACT/ATTACHMENT, ours: attachments of a message as files, byte for byte. Source: own. */
import { defineVerb } from '../../../command-definition/index.ts';
import { Condition, condition, RMS, signal } from '../../../condition/index.ts';
import { parseFileSpecification } from '../../../file-specification/index.ts';
import { safeText } from '../../../mime/safe-text.ts';
import type { RecordWriter } from '../../../ports/file-system.ts';
import { type Attachment, attachmentFileName, MAIL, type Message } from '../../index.ts';
import type { MailSession } from '../mail-session.ts';
import { parseNumberList } from '../number-list.ts';
import { openFailure } from '../text-files.ts';

export const extractAttachment = defineVerb<MailSession>({
  name: 'EXTRACT/ATTACHMENT',
  summary: 'Copies attachments of the message you are reading to files.',
  source: 'own',
  parameters: [
    {
      label: 'FILE',
      value: { type: '$OUTFILE' },
      summary: 'file to write, or its directory; else the name of the attachment',
    },
  ],
  qualifiers: {
    ATTACHMENT: {
      negatable: false,
      value: { required: true, list: true },
      summary: 'numbers of attachments, as READ lists them, or ALL',
    },
  },
  routine: async (command, session) => {
    const { selection, number } = session.current();
    const message = await selection.message(number);
    const wanted = wantedAttachments(command.values('ATTACHMENT'));
    await session.interruptible((stop) =>
      extractAll(message, wanted, command.value('FILE') ?? '', session, stop),
    );
    return undefined;
  },
});

type Wanted = 'all' | ReadonlySet<number>;

function wantedAttachments(values: readonly string[]): Wanted {
  return values.length === 1 && /^A(LL?)?$/i.test(values[0]!) ? 'all' : new Set(parseNumberList(values));
}

async function extractAll(
  message: Message,
  wanted: Wanted,
  file: string,
  session: MailSession,
  stop: AbortSignal,
): Promise<void> {
  // An attached message holds its own attachments: with ALL they are not written twice.
  const isWanted = ({ number, within }: Attachment): boolean =>
    wanted === 'all' ? within === undefined : wanted.has(number);
  const missing = new Set(wanted === 'all' ? [] : wanted);
  let count = 0;
  for await (const attachment of message.attachments(isWanted)) {
    const writer = await openOutput(attachment, file, session);
    try {
      for await (const bytes of attachment.bytes) {
        if (stop.aborted) return;
        await writer.writeBytes(bytes);
      }
    } finally {
      await writer.close();
    }
    await session.report(condition(MAIL.CREATED, safeText(writer.specification)));
    count++;
    missing.delete(attachment.number);
    if (wanted !== 'all' && missing.size === 0) return;
  }
  if (wanted === 'all' && count === 0) signal(MAIL.INVQUAVAL, 'ALL', 'ATTACHMENT');
  for (const number of missing) await session.report(condition(MAIL.INVQUAVAL, String(number), 'ATTACHMENT'));
}

async function openOutput(attachment: Attachment, file: string, session: MailSession): Promise<RecordWriter> {
  const { name, type } = attachmentFileName(attachment);
  const { files } = session.image.process;
  let specification = file;
  try {
    if (parseFileSpecification(file).name !== '') {
      specification = await session.resolveFile(file, `.${type}`);
      return await files.create(specification);
    }
    // A sender's name never becomes the next version of a file that is there: LOGIN.COM is what runs at the next login.
    for (let count = 1; ; count++) {
      const free = count === 1 ? `${name}.${type}` : `${name}_${count}.${type}`;
      specification = await session.resolveFile(`${file}${free}`, '');
      const isTaken = await files.lookup(specification).then(() => true, isNotFound);
      if (!isTaken) return await files.create(specification);
    }
  } catch (error) {
    throw openFailure(error, 'OPENOUT', specification);
  }
}

function isNotFound(error: unknown): false {
  if (error instanceof Condition && error.value === RMS.FNF.value) return false;
  throw error;
}
