/** Fields put on top of a message as it leaves for another host. How they come about is the affair of who gives them. */
import { firstMailbox } from '../../mail/index.ts';
import type { Log } from '../../ports/log.ts';
import { toALabels } from '../../smtp/idna.ts';
import type { Job } from '../job.ts';
import type { MailTransaction } from './smtp-client.ts';

export interface OutgoingFields {
  isNeeded(): boolean;
  /** Whether what the domain sends now is signed in its name, or that of one above it. */
  signs(domain: string): boolean;
  /** With CRLF; '' for none. */
  fields(message: {
    readonly header: Uint8Array;
    readonly body: () => Iterable<Uint8Array> | AsyncIterable<Uint8Array>;
    /** Of who answers for the text, in lower case, A-labels. */
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
  const fieldsOf = async (text: Message['text']): Promise<string> => {
    try {
      return await deps.outgoing.fields({ ...(await parts(text)), authorDomain });
    } catch (error) {
      deps.log.error({ err: error, entry: job.assignment.entry }, 'a message leaves without a signature');
      return '';
    }
  };
  job.outgoingFields ??= fieldsOf(message.text);
  const fields = Buffer.from(await job.outgoingFields, 'latin1');
  if (fields.byteLength === 0) return message;
  return {
    ...message,
    sizeBytes: message.sizeBytes + fields.byteLength,
    text: () => behind(fields, message.text()),
    unsigned: { text: message.text, fields: fieldsOf },
  };
}

/** Header section and body of a text, which can be read as often as it takes. */
async function parts(text: Message['text']): Promise<{
  readonly header: Uint8Array;
  readonly body: () => AsyncIterable<Uint8Array>;
}> {
  let known = Buffer.alloc(0);
  let end = -1;
  for await (const chunk of text()) {
    known = Buffer.concat([known, chunk]);
    end = known.indexOf('\r\n\r\n');
    if (end !== -1 || known.byteLength > LONGEST_HEADER) break;
  }
  const header = end === -1 ? known : known.subarray(0, end + 2);
  return { header, body: () => after(text(), header.byteLength + 2) };
}

/** A user of ours answers for what he resends as who he is; others have been believed what they sent, or not. RFC 5322 §3.6.6 */
function authorDomainOf({ header, assignment }: Job): string | undefined {
  const resender = assignment.userName === RECEIVER ? undefined : header.first('resent-from');
  const from = resender ?? header.first('from');
  const address = from === undefined ? undefined : firstMailbox(from)?.address;
  const domain = address?.slice(address.lastIndexOf('@') + 1).toLowerCase();
  return domain === undefined || domain === '' ? undefined : toALabels(domain);
}

/** Whose entries hold mail that nobody has authenticated himself for. */
const RECEIVER = 'TCPIP$SMTP';

async function* after(chunks: ReturnType<Message['text']>, sizeBytes: number): AsyncIterable<Uint8Array> {
  let position = 0;
  for await (const chunk of chunks) {
    if (position + chunk.byteLength > sizeBytes) yield chunk.subarray(Math.max(sizeBytes - position, 0));
    position += chunk.byteLength;
  }
}

export async function* behind(
  fields: Uint8Array,
  chunks: ReturnType<Message['text']>,
): AsyncIterable<Uint8Array> {
  yield fields;
  yield* chunks;
}
