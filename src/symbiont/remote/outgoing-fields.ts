/** Fields put on top of a message as it leaves for another host. How they come about is the affair of who gives them. */
import { firstMailbox } from '../../mail/index.ts';
import type { Log } from '../../ports/log.ts';
import type { Job } from '../job.ts';
import type { MailTransaction } from './smtp-client.ts';

export interface OutgoingFields {
  isNeeded(): boolean;
  /** With CRLF; '' for none. */
  fields(message: {
    readonly header: Uint8Array;
    readonly body: () => Iterable<Uint8Array> | AsyncIterable<Uint8Array>;
    /** Of the header From:, in lower case. */
    readonly authorDomain: string;
  }): Promise<string>;
}

const LONGEST_HEADER = 1_000_000;

type Message = Omit<MailTransaction, 'forwardPaths' | 'recipientRequests'>;

/** The message with its fields. One that cannot be signed now goes without: mail is not kept back for it. */
export async function withOutgoingFields(
  job: Job,
  message: Message,
  deps: { readonly outgoing: OutgoingFields; readonly log: Log },
): Promise<Message> {
  const authorDomain = authorDomainOf(job);
  if (authorDomain === undefined || !deps.outgoing.isNeeded()) return message;
  // Nothing that can be read as one header.
  if (job.header.sizeBytes > LONGEST_HEADER) return message;
  job.outgoingFields ??= fieldsOf(job, message, authorDomain, deps);
  const fields = await job.outgoingFields;
  if (fields === '') return message;
  const bytes = Buffer.from(fields, 'latin1');
  return {
    ...message,
    sizeBytes: message.sizeBytes + bytes.byteLength,
    text: () => behind(bytes, message.text()),
  };
}

async function fieldsOf(
  { header, assignment }: Job,
  message: Message,
  authorDomain: string,
  { outgoing, log }: { readonly outgoing: OutgoingFields; readonly log: Log },
): Promise<string> {
  try {
    // Return-Path fields, which do not go out, stand in it.
    const removed = header.returnPaths.reduce((sum, { start, end }) => sum + end - start, 0);
    const sizeBytes = header.sizeBytes - removed;
    return await outgoing.fields({
      header: await start(message.text(), sizeBytes),
      body: () => after(message.text(), sizeBytes + 2),
      authorDomain,
    });
  } catch (error) {
    log.error({ err: error, entry: assignment.entry }, 'a message leaves without a signature');
    return '';
  }
}

function authorDomainOf({ header }: Job): string | undefined {
  const from = header.first('from');
  const address = from === undefined ? undefined : firstMailbox(from)?.address;
  const domain = address?.slice(address.lastIndexOf('@') + 1).toLowerCase();
  return domain === undefined || domain === '' ? undefined : domain;
}

async function start(chunks: ReturnType<Message['text']>, sizeBytes: number): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of chunks) {
    pieces.push(chunk.subarray(0, sizeBytes - size));
    size += chunk.byteLength;
    if (size >= sizeBytes) break;
  }
  return Buffer.concat(pieces);
}

async function* after(chunks: ReturnType<Message['text']>, sizeBytes: number): AsyncIterable<Uint8Array> {
  let position = 0;
  for await (const chunk of chunks) {
    if (position + chunk.byteLength > sizeBytes) yield chunk.subarray(Math.max(sizeBytes - position, 0));
    position += chunk.byteLength;
  }
}

async function* behind(fields: Uint8Array, chunks: ReturnType<Message['text']>): AsyncIterable<Uint8Array> {
  yield fields;
  yield* chunks;
}
