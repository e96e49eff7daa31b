/**
 * Sending: receivers here get the message in one transaction of the mail database, all others through the queue.
 *
 * The queue comes first. When it takes no mail, nobody gets the message, and the sender knows that he has to send it again
 * to everybody. Only when it has taken it, the mail files are written. Source: vms-mail.md §3.5; tcpip-smtp.md §5.7.
 */
import { Condition, condition, JBC, type MessageDefinition, SYSTEM, signal } from '../condition/index.ts';
import { committedText } from '../mime/committed-text.ts';
import type { DeliverResult, NewMessage } from '../ports/mail-store.ts';
import type { MessageText, SpoolWriter } from '../ports/message-text.ts';
import { controlFileStamp } from '../vms-time/index.ts';
import { senderText } from './addressing/index.ts';
import { announceAll } from './delivery.ts';
import { NEWMAIL } from './folder-names.ts';
import { writeForeign } from './foreign-text.ts';
import type { MailDependencies, Recipient, SendReport, SendRequest } from './mail-service.ts';
import { twice, writeBytes, writeMailData, writeRecords } from './message-texts.ts';
import { MAIL } from './messages.ts';
import type { OutgoingAttachment } from './multipart-text.ts';
import type { OutgoingHeader } from './outgoing-header.ts';
import { stoppable } from './stoppable-request.ts';

export interface SendDependencies extends MailDependencies {
  readonly senderAddress: (userName: string) => string;
  readonly noticesWithTime: () => Promise<boolean>;
  /** Never the same twice in this process. */
  readonly uniqueInstant: () => number;
}

type Local = Extract<Recipient, { kind: 'local' }>;
type Internet = Extract<Recipient, { kind: 'internet' }>;

export async function send(given: SendRequest, deps: SendDependencies): Promise<SendReport> {
  const request = given.stop === undefined ? given : stoppable(given, given.stop);
  if (request.recipients.length === 0) signal(MAIL.NOUSERSPEC);
  const userName = request.userName.toUpperCase();
  const personalName = request.personalName ?? (await deps.store.profile(userName))?.personalName ?? '';
  const local = localRecipients(request, userName);
  const internet = request.recipients.filter((each): each is Internet => each.kind === 'internet');
  const { foreign } = request;
  if (internet.length > 0 && foreign !== undefined) {
    return nobody(internet, local, condition(MAIL.NOACCPTMSG));
  }
  if (internet.length > 0 && deps.queueManager === undefined) {
    return nobody(internet, local, condition(JBC.JOBQUEDIS));
  }
  const texts = await writeTexts(request, { userName, personalName, local, internet }, deps);

  if (texts.mailData !== undefined) {
    try {
      await submit(texts.mailData, internet, { ...texts, userName }, deps);
    } catch (error) {
      // Cut off from the queue manager: it may have taken the message, which is nothing without its text.
      const isUncertain = error instanceof Condition && error.value === JBC.JOBQUEDIS.value;
      if (texts.mailData.kind === 'file' && !isUncertain)
        await deps.spool?.remove(texts.mailData.spoolId).catch(() => undefined);
      return nobody(internet, local, reasonOf(error, deps));
    }
  }
  if (local.length === 0 || texts.records === undefined) return { sent: internet, failed: [] };
  try {
    const results = await deliverHere(
      request,
      { userName, personalName, local, records: texts.records },
      deps,
    );
    const full = local.filter((_, index) => results[index] === 'full');
    return {
      sent: [...local.filter((each) => !full.includes(each)), ...internet],
      failed: full.map((recipient) => ({
        recipient,
        condition: senderr(recipient, condition(SYSTEM.EXDISKQUOTA)),
      })),
    };
  } catch (error) {
    const reason = reasonOf(error, deps);
    const failed = local.map((recipient) => ({ recipient, condition: senderr(recipient, reason) }));
    return { sent: internet, failed };
  }
}

/** The sender too, with /SELF; each once. */
function localRecipients(request: SendRequest, userName: string): readonly Local[] {
  const names = new Set<string>();
  for (const each of request.recipients) if (each.kind === 'local') names.add(each.userName);
  if (request.self === true) names.add(userName);
  return [...names].map((each) => ({ kind: 'local', userName: each }));
}

interface Parties {
  readonly userName: string;
  readonly personalName: string;
  readonly local: readonly Local[];
  readonly internet: readonly Internet[];
}

async function writeTexts(request: SendRequest, parties: Parties, deps: SendDependencies) {
  const { outgoingHeader, senderMailbox } = await import('./outgoing-header.ts');
  const sentAt = deps.uniqueInstant();
  const pid = request.pid ?? randomPid();
  const domain = (await deps.substituteDomain?.()) ?? deps.hostName;
  const outboundAliases = [request.outboundAlias, await deps.outboundAlias?.()];
  const header = (encoding: OutgoingHeader['encoding']): string =>
    outgoingHeader({
      ...request,
      ...parties,
      domain,
      hostName: deps.hostName,
      sentAt,
      messageId: `${controlFileStamp(sentAt)}_${pid}`,
      outboundAliases,
      encoding,
    });
  const reversePath = senderMailbox({ userName: parties.userName, domain, outboundAliases });
  if (request.foreign !== undefined) {
    return { reversePath, records: await writeForeign(deps.store, request.foreign), mailData: undefined };
  }
  if (request.attachments !== undefined) {
    return { reversePath, ...(await writeMultipart(request, request.attachments, parties, header, deps)) };
  }
  if (parties.internet.length === 0) {
    return { reversePath, records: await writeRecords(deps.store, request.text), mailData: undefined };
  }
  if (parties.local.length === 0) {
    const mailData = await writeMailData(deps.spool, request.text, header);
    return { reversePath, records: undefined, mailData };
  }
  const [forRecords, forMailData] = twice(request.text);
  return {
    reversePath,
    ...(await both(
      writeRecords(deps.store, forRecords),
      writeMailData(deps.spool, forMailData, header),
      deps,
    )),
  };
}

/** For the mail files a header that says no more than what the body is: From:, To: and Subj: stand beside the text. */
async function writeMultipart(
  request: SendRequest,
  attachments: AsyncIterable<OutgoingAttachment>,
  parties: Pick<Parties, 'local' | 'internet'>,
  header: (encoding: OutgoingHeader['encoding']) => string,
  deps: SendDependencies,
) {
  const { multipartText, multipartType, newBoundary } = await import('./multipart-text.ts');
  const boundary = newBoundary();
  const contentType = multipartType(boundary);
  const local = `MIME-Version: 1.0\r\nContent-Type: ${contentType}\r\n\r\n`;
  const body = multipartText(request.text, attachments, boundary);
  if (parties.internet.length === 0) {
    return { records: await storedText(deps, headed(local, body)), mailData: undefined };
  }
  const forOthers = header({ contentType });
  // Before anything is read: of two who read one source, the other would wait for who cannot write.
  const writer = await deps.spool!.create();
  if (parties.local.length === 0) {
    return { records: undefined, mailData: await spooledText(writer, forOthers, body) };
  }
  const [here, there] = twice(body, HELD_PIECES);
  return both(storedText(deps, headed(local, here)), spooledText(writer, forOthers, there), deps);
}

/** Each is a tenth of a megabyte. */
const HELD_PIECES = 10;

async function* headed(header: string, body: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  yield Buffer.from(header);
  yield* body;
}

async function storedText(deps: SendDependencies, bytes: AsyncIterable<Uint8Array>) {
  const writer = deps.store.createText();
  await writeBytes(writer, bytes);
  return writer.commit();
}

async function spooledText(
  writer: SpoolWriter,
  header: string,
  body: AsyncIterable<Uint8Array>,
): Promise<MessageText> {
  const sizeBytes = await writeBytes(writer, headed(header, body));
  return committedText(writer, sizeBytes, Buffer.from(header));
}

/** Both texts, or none. */
async function both<Records>(
  forRecords: Promise<Records>,
  forMailData: Promise<MessageText>,
  deps: SendDependencies,
): Promise<{ readonly records: Records; readonly mailData: MessageText }> {
  const [records, mailData] = await Promise.allSettled([forRecords, forMailData]);
  if (mailData.status === 'fulfilled' && records.status === 'fulfilled') {
    return { records: records.value, mailData: mailData.value };
  }
  if (mailData.status === 'fulfilled' && mailData.value.kind === 'file') {
    await deps.spool?.remove(mailData.value.spoolId).catch(() => undefined);
  }
  throw mailData.status === 'rejected' ? mailData.reason : (records as PromiseRejectedResult).reason;
}

const randomPid = (): string =>
  Buffer.from(crypto.getRandomValues(new Uint8Array(4)))
    .toString('hex')
    .toUpperCase();

async function submit(
  text: MessageText,
  internet: readonly Internet[],
  sender: { readonly userName: string; readonly reversePath: string },
  deps: SendDependencies,
): Promise<void> {
  const forwardPaths = internet.map((each) => each.address);
  const isUtf8 = forwardPaths.some((each) => /[^\x00-\x7f]/.test(each.slice(0, each.lastIndexOf('@'))));
  await deps.queueManager?.submit({
    envelope: {
      reversePath: sender.reversePath,
      forwardPaths,
      body: '7BIT',
      ...(isUtf8 ? { smtpUtf8: true } : {}),
    },
    text,
    userName: sender.userName,
  });
}

async function deliverHere(
  request: SendRequest,
  parties: Pick<Parties, 'userName' | 'personalName' | 'local'> & { readonly records: NewMessage['text'] },
  deps: SendDependencies,
): Promise<readonly DeliverResult[]> {
  const receivedAt = deps.clock.now();
  const from = senderText(deps.senderAddress(parties.userName), parties.personalName);
  const limits = await Promise.all(parties.local.map(({ userName }) => deps.quota?.limitOf(userName)));
  const messages = parties.local.map(
    (each, index): NewMessage => ({
      owner: each.userName,
      folder: NEWMAIL,
      isNew: true,
      isForeign: request.foreign !== undefined,
      receivedAt,
      from,
      to: request.toText,
      cc: request.ccText,
      subject: request.subject,
      text: parties.records,
      // With attachments it is a MIME message here too.
      format: request.attachments === undefined ? 'records' : 'rfc5322',
      limitBytes: limits[index],
    }),
  );
  const results = await deps.store.deliver(messages);
  const delivered = messages.filter((_, index) => results[index] === 'delivered');
  await announceAll(deps, delivered).catch((error: unknown) =>
    deps.log.error({ err: error }, 'new mail could not be announced'),
  );
  return results;
}

/** Nothing is half sent: those who could have got it are told of as well. */
function nobody(internet: readonly Internet[], local: readonly Local[], reason: Condition): SendReport {
  return {
    sent: [],
    failed: [
      ...internet.map((recipient) => ({ recipient, condition: senderr(recipient, reason) })),
      ...local.map((recipient) => ({
        recipient,
        condition: senderr(recipient, condition(MAIL.SENDABORT)),
      })),
    ],
  };
}

function senderr(recipient: Recipient, reason: Condition): Condition {
  if (recipient.kind === 'local') return condition(MAIL.SENDERR, recipient.userName).with(reason);
  const at = recipient.address.lastIndexOf('@');
  const [user, host] = [recipient.address.slice(0, at), recipient.address.slice(at + 1)];
  return condition(MAIL.SENDERRAT as MessageDefinition, user, host).with(reason);
}

/** A bug or a broken store is logged; the sender sees that it was not his fault. */
function reasonOf(error: unknown, deps: SendDependencies): Condition {
  if (error instanceof Condition) return error;
  deps.log.error({ err: error }, 'mail could not be sent');
  return condition(MAIL.SYSERROR).with(condition(SYSTEM.ABORT));
}
