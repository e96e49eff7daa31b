/**
 * Composing a message: To:, CC:, Subj:, text; what SEND, REPLY and FORWARD share. Recipients are checked line by line,
 * before the next prompt. Source: vms-mail.md §2.0.1, §3.5, §5.6.
 */
import type { ParsedCommand } from '../../command-definition/index.ts';
import { Condition, signal } from '../../condition/index.ts';
import type { Profile } from '../../ports/mail-store.ts';
import {
  type ForeignFile,
  MAIL,
  type Message,
  type Recipient,
  SCREEN,
  type SendReport,
  type SendRequest,
} from '../index.ts';
import { attachmentFiles, outgoingAttachments } from './attachment-files.ts';
import { composedLines, composeInEditor } from './editor.ts';
import { InterruptedByControlY } from './interrupted.ts';
import type { MailSession } from './mail-session.ts';
import { screenText } from './screen-text.ts';
import { collect, signatureLines } from './text-files.ts';

/** The verbs that can copy to oneself. */
export type SendingVerb = 'send' | 'reply' | 'forward';

export interface Draft {
  readonly toText: string;
  readonly ccText: string;
  readonly subject: string;
  readonly recipients: readonly Recipient[];
  /** The message whose attachments go with it. */
  readonly forwarded?: Message | undefined;
}

/** What is known before the prompts: REPLY knows To: and Subj:, /SUBJECT the subject. */
export interface Given {
  readonly toText?: string | undefined;
  readonly subject?: string | undefined;
  /** What goes is a file as it is: no signature goes below it. */
  readonly isForeign?: boolean;
}

/** The dialogue up to Subj:. Undefined when the user gave up at To: with Ctrl/Z, or no recipient is left. */
export async function composeHeader(
  session: MailSession,
  command: ParsedCommand,
  given: Given,
): Promise<Draft | undefined> {
  // A file that is not there is told of before anything is asked: nobody types a text that cannot go.
  await attachmentFiles(session, command);
  const profile = await session.mail.profile(session.userName);
  if (given.isForeign !== true) await signatureLines(session, command, profile);
  const toText = given.toText ?? (await ask(session, 'To:\t'));
  if (toText === undefined) return undefined;
  if (toText.trim() === '') signal(MAIL.NOUSERSPEC);
  const to = await checkRecipients(session, toText);
  // REPLY shows its subject together with To:, so it stands before the CC: question.
  if (given.toText !== undefined && given.subject !== undefined)
    await session.write(`Subj:\t${given.subject}`);
  const ccText = asksForCc(session, command, profile) ? ((await ask(session, 'CC:\t')) ?? '') : '';
  const cc = ccText.trim() === '' ? [] : await checkRecipients(session, ccText);
  const subject = given.subject ?? (await ask(session, 'Subj:\t')) ?? '';
  return { toText: toText.trim(), ccText: ccText.trim(), subject, recipients: [...to, ...cc] };
}

/**
 * The dialogue of a message whose text follows on the same stream, unless it is in a file. Where nobody sits at a
 * terminal, the text of a message that is given up is skipped: it is not commands.
 */
export async function composeWithText(
  session: MailSession,
  command: ParsedCommand,
  given: Given,
  file: Iterable<string> | AsyncIterable<string> | undefined,
): Promise<Draft | undefined> {
  const skip = async (): Promise<void> => {
    if (file === undefined && !session.input.isTerminal) await new StreamedText(session).skipRest();
  };
  try {
    const draft = await composeHeader(session, command, given);
    if (draft === undefined) await skip();
    return draft;
  } catch (error) {
    await skip();
    throw error;
  }
}

/** Has the text written in the editor, and sends it. The file it was written in stays when that fails. §3.5 */
export async function sendEdited(
  session: MailSession,
  command: ParsedCommand,
  verb: SendingVerb,
  draft: Draft,
  initial: Iterable<string> | AsyncIterable<string>,
): Promise<boolean> {
  const file = await composeInEditor(session, initial);
  const isSent = await sendDraft(session, command, verb, draft, composedLines(session, file));
  if (isSent) await session.image.process.files.remove(file).catch(() => undefined);
  return isSent;
}

/** /EDIT and /NOEDIT of the command; else as MAIL was called. */
export const usesEditor = (session: MailSession, command: ParsedCommand, verb: SendingVerb): boolean =>
  command.present('EDIT') || (!command.negated('EDIT') && Boolean(session.editing[verb]));

/** Sends the draft and shows what could not be delivered. True when everybody got it. */
export async function sendDraft(
  session: MailSession,
  command: ParsedCommand,
  verb: SendingVerb,
  draft: Draft,
  content: Iterable<string> | AsyncIterable<string> | ForeignFile,
): Promise<boolean> {
  try {
    if ('bytes' in content)
      return await sendNow(session, command, verb, { ...draft, text: [], foreign: content });
    const text = content;
    const profile = await session.mail.profile(session.userName);
    const signature = await signatureLines(session, command, profile);
    return await sendNow(session, command, verb, {
      ...draft,
      text: withSignature(session.lastText.passing(text), signature),
    });
  } finally {
    if (content instanceof StreamedText) await content.skipRest();
  }
}

async function sendNow(
  session: MailSession,
  command: ParsedCommand,
  verb: SendingVerb,
  message: Draft & Pick<SendRequest, 'text' | 'foreign'>,
): Promise<boolean> {
  const { copySelf } = await session.mail.profile(session.userName);
  const self = session.deciding(command, 'SELF');
  const { forwarded, ...rest } = message;
  const files = await attachmentFiles(session, command);
  const request = {
    userName: session.userName,
    ...rest,
    attachments: await outgoingAttachments(files, forwarded),
    personalName: personalName(session, command),
    self: self.present('SELF') || (!self.negated('SELF') && copySelf[verb]),
    pid: session.image.process.pid,
    outboundAlias: session.image.process.logicalNames.lookup('TCPIP$SMTP_FROM')?.values[0],
  };
  const report = await session.interruptible((stop) => session.mail.send({ ...request, stop }));
  return reportFailures(session, report);
}

/** Text typed at the terminal, or the records of the stream up to its end of file. */
async function* typedText(session: MailSession): AsyncGenerator<string> {
  for (;;) {
    const result = await session.input.read();
    if (result.kind === 'record') yield result.text;
    else if (result.kind === 'interrupt') throw interruption(result.key);
    else return;
  }
}

/** Text of a pipe or a procedure on its way: what nobody took when sending failed is not taken for commands. */
class StreamedText implements AsyncIterable<string> {
  readonly #session: MailSession;
  #ended = false;

  constructor(session: MailSession) {
    this.#session = session;
  }
  async *[Symbol.asyncIterator](): AsyncGenerator<string> {
    while (!this.#ended) {
      const result = await this.#session.input.read();
      if (result.kind === 'record') yield result.text;
      else this.#ended = true;
    }
  }
  async skipRest(): Promise<void> {
    for await (const _ of this);
  }
}

/** EDIT10, then the text. On a terminal all of it is read first, so that Ctrl/C leaves nothing behind. */
export async function enterText(session: MailSession): Promise<Iterable<string> | AsyncIterable<string>> {
  if (session.input.isTerminal) {
    await session.write(screenText(SCREEN.EDIT10));
    return collect(typedText(session));
  }
  return new StreamedText(session);
}

/**
 * Resolves one line, shows what is wrong with it, and asks whether to send anyway.
 * Throws the last error where no recipient is good; SENDABORT after an answer other than Y.
 */
async function checkRecipients(session: MailSession, text: string): Promise<readonly Recipient[]> {
  const { good, bad } = await session.interruptible(() =>
    session.mail.resolveRecipients(text, session.addresses),
  );
  const last = bad.at(-1);
  if (last === undefined) {
    if (good.length === 0) signal(MAIL.NOUSERSPEC);
    return good;
  }
  if (good.length === 0) {
    for (const each of bad.slice(0, -1)) await session.report(each);
    throw last;
  }
  for (const each of bad) await session.report(each);
  if (!(await session.input.isYes(screenText(SCREEN.WANTOSEND)))) signal(MAIL.SENDABORT);
  return good;
}

async function ask(session: MailSession, prompt: string): Promise<string | undefined> {
  const result = await session.input.read({ prompt });
  if (result.kind === 'record') return result.text;
  if (result.kind === 'interrupt') throw interruption(result.key);
  return undefined;
}

/** Ctrl/C abandons the message, Ctrl/Y leaves MAIL. */
const interruption = (key: 'C' | 'Y'): Error =>
  key === 'C' ? new Condition(MAIL.SENDABORT) : new InterruptedByControlY();

function asksForCc(session: MailSession, command: ParsedCommand, profile: Profile): boolean {
  if (command.present('CC_PROMPT')) return true;
  if (command.negated('CC_PROMPT')) return false;
  return session.ccPrompt ?? profile.ccPrompt;
}

/** undefined: the profile's; '': none. */
export function personalName(session: MailSession, command: ParsedCommand): string | undefined {
  const deciding = session.deciding(command, 'PERSONAL_NAME');
  return deciding.negated('PERSONAL_NAME') ? '' : deciding.value('PERSONAL_NAME');
}

async function* withSignature(
  text: Iterable<string> | AsyncIterable<string>,
  signature: readonly string[],
): AsyncGenerator<string> {
  yield* text;
  yield* signature;
}

export async function reportFailures(
  session: Pick<MailSession, 'report'>,
  report: SendReport,
): Promise<boolean> {
  for (const { condition: failure } of report.failed) await session.report(failure);
  return report.failed.length === 0;
}
