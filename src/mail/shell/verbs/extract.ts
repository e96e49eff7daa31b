/** EXTRACT: messages into a text file. Source: vms-mail.md §2.13, §3.9. */
import { defineVerb, type ParsedCommand } from '../../../command-definition/index.ts';
import { Condition, condition, RMS } from '../../../condition/index.ts';
import { safeLine, safeText } from '../../../mime/safe-text.ts';
import type { RecordWriter } from '../../../ports/file-system.ts';
import { physicalName } from '../../../system/device-name.ts';
import { deviceText, sessionDevice } from '../../../system/session-device.ts';
import { MAIL, type Message, type Selection } from '../../index.ts';
import { extractForeign } from '../foreign.ts';
import type { MailSession } from '../mail-session.ts';
import { screenMessage } from '../screen-message.ts';
import { datedHeaderLines } from '../screens.ts';
import { openFailure } from '../text-files.ts';

export const extract = defineVerb<MailSession>({
  name: 'EXTRACT',
  summary: 'Copies the message you are reading to a file.',
  source: 'vms-mail.md §2.13',
  help: 'The file is a text file of type .TXT in your default directory, unless you say otherwise.',
  parameters: [
    { label: 'FILE', prompt: 'File', required: true, value: { type: '$OUTFILE' }, summary: 'file to write' },
  ],
  qualifiers: {
    ALL: { negatable: false, summary: 'all messages selected, separated by form feeds' },
    APPEND: { negatable: false, summary: 'adds to the end of an existing file' },
    MAIL: { negatable: false, summary: 'adds to a mail file, to be read with SET FILE' },
    HEADER: { default: true, summary: 'writes From:, To:, CC: and Subj: too' },
  },
  routine: async (command, session) => {
    const { selection, numbers } = await chosen(command, session);
    if (command.present('MAIL'))
      return extractToMailFile(command.value('FILE') ?? '', selection, numbers, session);
    const [only] = numbers;
    const message = command.present('ALL') ? undefined : await selection.message(only!);
    if (message?.flags.foreign === true) {
      const made = await extractForeign(session, message, command.value('FILE') ?? '');
      await session.report(condition(MAIL.CREATED, safeText(made)));
      return undefined;
    }
    const { writer, isNew } = await openOutput(command, session);
    try {
      await session.interruptible((stop) =>
        writeMessages(writer, selection, numbers, command.present('HEADER'), stop, session),
      );
    } finally {
      await writer.close();
    }
    if (isNew) await session.report(condition(MAIL.CREATED, safeText(writer.specification)));
    return undefined;
  },
});

/** Deviation: the file is an indexed one, like every mail file here. */
async function extractToMailFile(
  fileSpec: string,
  selection: Selection,
  numbers: readonly number[],
  session: MailSession,
): Promise<undefined> {
  const { exists } = await session.mail.findMailFile(session.user, fileSpec);
  const file = await session.mail.openMailFile(session.user, { fileSpec, create: true });
  try {
    await selection.copy(numbers, 'MAIL', file);
  } finally {
    await file.close({ purge: false });
  }
  if (!exists) await session.report(condition(MAIL.CREATED, safeText(file.specification)));
}

async function chosen(
  command: ParsedCommand,
  session: MailSession,
): Promise<{ readonly selection: Selection; readonly numbers: readonly number[] }> {
  if (command.present('ALL')) {
    const selection = await session.selection();
    return { selection, numbers: selection.numbers() };
  }
  const { selection, number } = session.current();
  // A deleted message is refused before a file is made.
  await selection.message(number);
  return { selection, numbers: [number] };
}

type TextOutput = Pick<RecordWriter, 'specification' | 'write' | 'close'>;

async function openOutput(
  command: ParsedCommand,
  session: MailSession,
): Promise<{ readonly writer: TextOutput; readonly isNew: boolean }> {
  const { files } = session.image.process;
  let specification = command.value('FILE') ?? '';
  const device = sessionDevice(specification, session.image.process);
  if (device !== undefined && device !== 'NL')
    return { writer: displayed(specification, session), isNew: true };
  try {
    specification = await session.resolveFile(specification, '.TXT');
    if (command.present('APPEND')) {
      const exists = await files.lookup(specification).then(() => true, isNotFound);
      if (exists) return { writer: await files.openAppend(specification), isNew: false };
    }
    return { writer: await files.create(specification), isNew: true };
  } catch (error) {
    throw openFailure(error, 'OPENOUT', specification);
  }
}

/** EXTRACT TT: shows a message without pages. As on a terminal: what would turn its screen over is not sent raw. */
function displayed(text: string, session: MailSession): TextOutput {
  const { terminal } = session.image.process;
  return {
    specification: terminal === undefined ? deviceText(text) : physicalName(terminal.deviceName),
    write: (record) => session.write(safeLine(record)),
    close: async () => {},
  };
}

function isNotFound(error: unknown): false {
  if (error instanceof Condition && error.value === RMS.FNF.value) return false;
  throw error;
}

async function writeMessages(
  writer: TextOutput,
  selection: Selection,
  numbers: readonly number[],
  withHeader: boolean,
  stop: AbortSignal,
  session: MailSession,
): Promise<void> {
  let isFirst = true;
  for (const number of numbers) {
    if (stop.aborted) return;
    if (await selection.isDeleted(number)) continue;
    const message = await selection.message(number);
    if (message.flags.foreign) {
      // Bytes of a file of its own have no place in a text.
      await session.report(condition(MAIL.FFMTMSG));
      continue;
    }
    if (!isFirst) await writer.write('\f');
    isFirst = false;
    await writeMessage(writer, message, withHeader, stop);
  }
}

async function writeMessage(
  writer: TextOutput,
  message: Message,
  withHeader: boolean,
  stop: AbortSignal,
): Promise<void> {
  if (withHeader) for (const line of datedHeaderLines(screenMessage(message))) await writer.write(line);
  for await (const line of message.lines()) {
    if (stop.aborted) return;
    await writer.write(line);
  }
}
