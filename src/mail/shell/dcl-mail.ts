/** The DCL command MAIL: sends a file, or starts the utility. Source: vms-mail.md §1.7; dcl.md §20. */
import { type CommandTable, DCL, defineVerb, type ParsedCommand } from '../../command-definition/index.ts';
import { Condition, INHIBIT_MESSAGE, SYSTEM, signal } from '../../condition/index.ts';
import type { SessionInput } from '../../ports/session-io.ts';
import type { VerbContext } from '../../system/image.ts';
import { MAIL, type Recipient, SCREEN } from '../index.ts';
import { personalName, reportFailures } from './compose.ts';
import { createMailImage } from './mail-image.ts';
import { MailInput } from './mail-input.ts';
import { expected } from './mail-loop.ts';
import { MailSession, type MailShellDependencies } from './mail-session.ts';
import { screenText } from './screen-text.ts';
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
          CC_LIST: {
            negatable: false,
            value: { required: true, list: true },
            summary: 'further recipients, at CC:',
          },
          CC_PROMPT: { summary: 'asks for CC: in this session' },
          EDIT: { value: { list: true }, summary: 'composes messages in an editor' },
          PERSONAL_NAME: { value: { required: true }, summary: 'personal name for this message' },
          SELF: { summary: 'sends a copy to yourself' },
          SIGNATURE_FILE: { value: { type: '$FILE' }, summary: 'file whose text goes below the message' },
          SUBJECT: { negatable: false, value: { required: true }, summary: 'subject' },
        },
        routine: (command, context) =>
          command.value('FILE') === undefined
            ? image(context, command)
            : sendFile(new MailSession(dependencies, context), command, dependencies),
      }),
    ],
  };
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
  if (command.present('EDIT')) signal(MAIL.ERACTED, 'TPU');
  const toText = await recipientText(session, command);
  await using text = await messageText(session, command.value('FILE') ?? '');
  const ccText = command.values('CC_LIST').join(',');
  const recipients = await acceptedRecipients(session, ccText === '' ? [toText] : [toText, ccText]);
  const profile = await session.mail.profile(session.userName);
  const signature = await signatureLines(session, command, profile);
  const report = await session.mail.send({
    userName: session.userName,
    personalName: personalName(command),
    recipients,
    toText,
    ccText,
    subject: command.value('SUBJECT') ?? '',
    text: chained(text, signature),
    self: command.present('SELF') || (!command.negated('SELF') && profile.copySelf.send),
    pid: session.image.process.pid,
    outboundAlias: session.image.process.logicalNames.lookup('TCPIP$SMTP_FROM')?.values[0],
  });
  await reportFailures(session, report);
  const last = report.failed.at(-1)?.condition;
  return last === undefined ? SYSTEM.NORMAL.value : last.value | INHIBIT_MESSAGE;
}

/** A recipient is required where a file is given; a person is asked for it. */
async function recipientText(session: MailSession, command: ParsedCommand): Promise<string> {
  const given = command.values('TO').join(',');
  if (given.trim() !== '') return given;
  const { command: sysCommand } = session.image;
  if (!sysCommand.isTerminal) signal(DCL.INSFPRM);
  const answer = await sysCommand.read({ prompt: '_To: ' });
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
  const { command } = session.image;
  const question = screenText(SCREEN.WANTOSEND);
  if (!command.isTerminal || !(await new MailInput(command).isYes(question))) signal(MAIL.SENDABORT);
  return good;
}

/** The text of the file; SYS$INPUT is the procedure's data lines, NL: is empty. */
async function messageText(session: MailSession, file: string): Promise<TextFile> {
  const { process, input, command, pipe } = session.image;
  const bare = file.toUpperCase().replace(/:$/, '').replace(/^_/, '');
  if (bare === 'SYS$INPUT') return notAFile(() => recordsOf(input));
  // PIPE command | MAIL SYS$PIPE user
  if (bare === 'SYS$PIPE') return notAFile(() => recordsOf(pipe ?? input));
  if (bare === 'SYS$COMMAND' || bare === 'TT') return notAFile(() => recordsOf(command));
  const device = process.logicalNames.translate(bare).toUpperCase().replace(/^_/, '');
  if (/^(NL|NLA0):?$/.test(device)) return notAFile(async function* () {});
  if (/[*%]/.test(file)) signal(MAIL.OPENIN, file);
  return openTextFile(process.files, session.resolveFile, file, '.TXT');
}

/** Nothing to close behind it. */
const notAFile = (lines: () => AsyncGenerator<string>): TextFile => ({
  [Symbol.asyncIterator]: lines,
  [Symbol.asyncDispose]: async () => {},
});

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
