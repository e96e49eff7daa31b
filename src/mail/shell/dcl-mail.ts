/** The DCL commands MAIL, which sends a file or starts the utility, and SHOW QUOTA. Source: vms-mail.md §1.7; dcl.md §20. */
import { type CommandTable, DCL, defineVerb, type ParsedCommand } from '../../command-definition/index.ts';
import { Condition, condition, INHIBIT_MESSAGE, RMS, SYSTEM, signal } from '../../condition/index.ts';
import type { SessionInput } from '../../ports/session-io.ts';
import type { VerbContext } from '../../system/image.ts';
import type { ProcessContext } from '../../system/process.ts';
import { sessionDevice } from '../../system/session-device.ts';
import { MAIL, type Recipient, SCREEN } from '../index.ts';
import { attachmentFiles, attachmentQualifier, outgoingAttachments } from './attachment-files.ts';
import { personalName, reportFailures } from './compose.ts';
import { composedLines, composeInEditor } from './editor.ts';
import { foreignFile } from './foreign.ts';
import { createMailImage } from './mail-image.ts';
import { expected } from './mail-loop.ts';
import { MailSession, type MailShellDependencies } from './mail-session.ts';
import { screenText } from './screen-text.ts';
import { showQuotaVerb } from './show-quota.ts';
import { openTextFile, signatureLines, type TextFile } from './text-files.ts';

export function createDclMailTable(dependencies: MailShellDependencies): CommandTable<VerbContext> {
  const image = createMailImage(dependencies);
  return {
    name: 'MAIL',
    verbs: [
      defineVerb<VerbContext>({
        name: 'MAIL',
        summary: 'Sends a file to users, or starts the MAIL utility.',
        source: 'vms-mail.md §1.7',
        help: `Without parameters MAIL> is entered. With a file (SYS$INPUT: for the lines that follow in a
procedure, NL: for no text) and recipients the file is sent, and nothing is displayed.
Quote addresses with lower case letters, blanks, %, @ or quotation marks.`,
        parameters: [
          { label: 'FILE', prompt: 'File', value: { type: '$INFILE' }, summary: 'text file; type .TXT' },
          { label: 'TO', prompt: 'To', value: { list: true }, summary: 'recipients, or "@list"' },
        ],
        qualifiers: {
          ATTACHMENT: attachmentQualifier,
          CC_LIST: {
            negatable: false,
            value: { required: true, list: true },
            summary: 'further recipients, at CC:',
          },
          CC_PROMPT: { summary: 'asks for CC: in this session' },
          EDIT: {
            value: {
              list: true,
              keywords: { SEND: {}, REPLY: { value: { keywords: { EXTRACT: {} } } }, FORWARD: {} },
            },
            summary: 'composes messages in your editor: those of SEND and REPLY, or as named',
          },
          FOREIGN: { negatable: false, summary: 'sends the file as it is, byte for byte' },
          PERSONAL_NAME: { value: { required: true }, summary: 'personal name for this message' },
          PROTOCOL: {
            negatable: false,
            value: { required: true },
            summary: 'for programs of mail transports, of which there are none here',
          },
          SELF: { summary: 'sends a copy to yourself' },
          SIGNATURE_FILE: { value: { type: '$FILE' }, summary: 'file whose text goes below the message' },
          SUBJECT: { negatable: false, value: { required: true }, summary: 'subject' },
        },
        disallow: ['FOREIGN AND NOT FILE', 'FOREIGN AND EDIT', 'FOREIGN AND ATTACHMENT'],
        routine: (command, context) =>
          command.present('PROTOCOL')
            ? receiveThrough(command.value('PROTOCOL')!, context.process)
            : command.value('FILE') === undefined && !command.present('ATTACHMENT')
              ? image(context, command)
              : sendFile(new MailSession(dependencies, context), command, dependencies),
      }),
      showQuotaVerb(() => dependencies.quota),
    ],
  };
}

/** MAIL as the slave of a transport: there is none whose image could be called. vms-mail.md §1.7, §5.4 */
function receiveThrough(transport: string, { privileges }: ProcessContext): never {
  if (!privileges.has('DETACH') || !privileges.has('SYSPRV')) signal(SYSTEM.NOPRIV);
  signal(MAIL.ERRACTRNS, transport);
}

/** Returns $STATUS: success, or the condition that was displayed, with the inhibit bit. */
async function sendFile(
  session: MailSession,
  command: ParsedCommand,
  { onBug }: MailShellDependencies,
): Promise<number> {
  try {
    return await send(session, command);
  } catch (error) {
    const failure = expected(error, onBug);
    await session.report(failure);
    return failure.value | INHIBIT_MESSAGE;
  }
}

async function send(session: MailSession, command: ParsedCommand): Promise<number> {
  // Files go with a message; which one, the utility asks later.
  if (command.value('FILE') === undefined) signal(DCL.INSFPRM);
  const toText = await recipientText(session, command);
  const file = command.value('FILE') ?? '';
  const foreign = command.present('FOREIGN') ? await foreignFile(session, file) : undefined;
  await using text = foreign === undefined ? await messageText(session, file) : notAFile(noRecords);
  const attached = await attachmentFiles(session, command);
  const ccText = command.values('CC_LIST').join(',');
  const recipients = await acceptedRecipients(session, ccText === '' ? [toText] : [toText, ccText]);
  const profile = await session.mail.profile(session.userName);
  const signature = await signatureLines(session, command, profile);
  const edited = command.present('EDIT') ? await composeInEditor(session, text) : undefined;
  const request = {
    userName: session.userName,
    personalName: personalName(session, command),
    recipients,
    toText,
    ccText,
    subject: command.value('SUBJECT') ?? '',
    text: chained(edited === undefined ? text : composedLines(session, edited), signature),
    foreign,
    attachments: await outgoingAttachments(attached),
    self: command.present('SELF') || (!command.negated('SELF') && profile.copySelf.send),
    pid: session.image.process.pid,
    outboundAlias: session.image.process.logicalNames.lookup('TCPIP$SMTP_FROM')?.values[0],
  };
  const report = await session.interruptible((stop) => session.mail.send({ ...request, stop }));
  await reportFailures(session, report);
  const last = report.failed.at(-1)?.condition;
  if (edited !== undefined && last === undefined) await session.image.process.files.remove(edited);
  return last === undefined ? SYSTEM.NORMAL.value : last.value | INHIBIT_MESSAGE;
}

/** A recipient is required where a file is given; a person is asked for it, and in a procedure the next line answers. */
async function recipientText(session: MailSession, command: ParsedCommand): Promise<string> {
  const given = command.values('TO').join(',');
  if (given.trim() !== '') return given;
  const { input } = session.image;
  // What follows on the input is the text then.
  if (!input.isTerminal && sessionDevice(command.value('FILE') ?? '', session.image.process) === 'SYS$INPUT')
    signal(DCL.INSFPRM);
  const answer = await input.read({ prompt: '_To: ' });
  if (answer.kind !== 'record') signal(DCL.INSFPRM);
  if (answer.text.trim() === '') signal(MAIL.NOUSERSPEC);
  return answer.text.trim();
}

/** Nothing is sent while a recipient is wrong, unless a person says so. */
async function acceptedRecipients(
  session: MailSession,
  lines: readonly string[],
): Promise<readonly Recipient[]> {
  const good: Recipient[] = [];
  const bad: Condition[] = [];
  for (const line of lines) {
    const resolved = await session.mail.resolveRecipients(line, session.addresses);
    good.push(...resolved.good);
    bad.push(...resolved.bad);
  }
  const last = bad.at(-1);
  if (last === undefined) return good;
  for (const each of bad.slice(0, -1)) await session.report(each);
  if (good.length === 0) throw last;
  await session.report(last);
  // In a procedure nobody sits there, whoever has started it.
  const { isTerminal } = session.image.input;
  if (!isTerminal || !(await session.input.isYes(screenText(SCREEN.WANTOSEND)))) signal(MAIL.SENDABORT);
  return good;
}

/** The text of the file; SYS$INPUT is the procedure's data lines, NL: is empty. */
async function messageText(session: MailSession, file: string): Promise<TextFile> {
  const { process, input, command, pipe } = session.image;
  const device = sessionDevice(file, process);
  if (device === 'NL') return notAFile(noRecords);
  if (device === 'SYS$INPUT') return notAFile(() => recordsOf(input));
  // PIPE command | MAIL SYS$PIPE user
  if (device === 'SYS$PIPE') return notAFile(() => recordsOf(pipe ?? input));
  if (device !== undefined) return notAFile(() => recordsOf(command));
  if (/[*%]/.test(file)) throw condition(MAIL.OPENIN, file).with(condition(RMS.WLD));
  return openTextFile(process.files, session.resolveFile, file, '.TXT');
}

/** Nothing to close behind it. */
const notAFile = (lines: () => AsyncGenerator<string>): TextFile => ({
  [Symbol.asyncIterator]: lines,
  [Symbol.asyncDispose]: async () => {},
});

async function* noRecords(): AsyncGenerator<string> {}

async function* recordsOf(input: SessionInput): AsyncGenerator<string> {
  for (;;) {
    const result = await input.read();
    if (result.kind === 'interrupt') throw new Condition(MAIL.SENDABORT);
    if (result.kind !== 'record') return;
    yield result.text;
  }
}

async function* chained(text: AsyncIterable<string>, signature: readonly string[]): AsyncGenerator<string> {
  yield* text;
  yield* signature;
}
