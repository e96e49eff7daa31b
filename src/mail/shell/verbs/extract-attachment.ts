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
  const output: Output = { file, taken: new Map(), session, stop };
  if (wanted === 'all') {
    // An attached message holds its own attachments: they are not written twice.
    const written = await extractThose(message, ({ within }) => within === undefined, output);
    if (written.size === 0) signal(MAIL.INVQUAVAL, 'ALL', 'ATTACHMENT');
    return;
  }
  let missing: ReadonlySet<number> = wanted;
  for (let before = 0; missing.size !== before && missing.size > 0; ) {
    before = missing.size;
    // Once more for what stands in a message that has been written whole.
    const written = await extractThose(message, ({ number }) => missing.has(number), output, missing.size);
    if (stop.aborted) return;
    missing = new Set([...missing].filter((number) => !written.has(number)));
  }
  for (const number of missing) await session.report(condition(MAIL.INVQUAVAL, String(number), 'ATTACHMENT'));
}

interface Output {
  /** As typed; without a name the attachment's own is taken. */
  readonly file: string;
  /** Of names several attachments have: how many are there. */
  readonly taken: Map<string, number>;
  readonly session: MailSession;
  readonly stop: AbortSignal;
}

/** Numbers of those written; the rest of the message is left when they are enough. */
async function extractThose(
  message: Message,
  isWanted: (attachment: Attachment) => boolean,
  output: Output,
  enough = Number.POSITIVE_INFINITY,
): Promise<ReadonlySet<number>> {
  const written = new Set<number>();
  for await (const attachment of message.attachments(isWanted)) {
    if (output.stop.aborted) return written;
    const writer = await openOutput(attachment, output);
    try {
      for await (const bytes of attachment.bytes) {
        if (output.stop.aborted) return written;
        await writer.writeBytes(bytes);
      }
    } finally {
      await writer.close();
    }
    await output.session.report(condition(MAIL.CREATED, safeText(writer.specification)));
    written.add(attachment.number);
    if (written.size >= enough) break;
  }
  return written;
}

async function openOutput(attachment: Attachment, { file, taken, session }: Output): Promise<RecordWriter> {
  const { name, type } = attachmentFileName(attachment);
  const { files } = session.image.process;
  let specification = file;
  try {
    if (parseFileSpecification(file).name !== '') {
      specification = await session.resolveFile(file, `.${type}`);
      return await files.create(specification);
    }
    // A sender's name never becomes the next version of a file that is there: LOGIN.COM is what runs at the next login.
    const whole = `${name}.${type}`;
    for (let count = (taken.get(whole) ?? 0) + 1; ; count++) {
      taken.set(whole, count);
      const free = count === 1 ? whole : `${name}_${count}.${type}`;
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
