/**
 * What a user of ours sends: under his own addresses, and with the fields a message must have.
 * Source: RFC 6409 §6.1 (submission rights), §8.1–§8.3 (Sender, Date, Message-ID); RFC 5322 §3.6.
 */
import { randomBytes } from 'node:crypto';
import { type HeaderField, headerFields } from '../mime/header-fields.ts';
import { mailboxList } from '../mime/mailbox-list.ts';
import { type Reply, reply } from '../smtp/reply.ts';
import { formatInternetDate } from '../vms-time/index.ts';
import type { Session } from './session.ts';

/** He sends for programs and other people: nobody asks whose address it is. */
const mayBeAnybody = ({ user }: Session): boolean =>
  user !== undefined && (user.privileges.includes('SYSPRV') || user.privileges.includes('BYPASS'));

/** The domain of addresses here: Substitute-Domain, else this host. */
export const ownDomain = ({ settings, dependencies }: Session): string =>
  settings.substituteDomain ?? dependencies.hostName;

/** Whether who has authenticated himself may send from this address. */
export async function isOwnAddress(session: Session, address: string): Promise<boolean> {
  if (mayBeAnybody(session)) return true;
  const { user, dependencies } = session;
  return user !== undefined && (await dependencies.recipients.isAddressOf(address, user.userName));
}

export type Submitted =
  | { readonly refusal: Reply }
  /** To stand between our Received: field and the message. */
  | { readonly added: string };

/** @param header  with the empty line, or all of a text that has none */
export async function submitted(session: Session, header: Buffer): Promise<Submitted> {
  const block = header.toString('latin1');
  // A text without a header section: all that is there is its text.
  const hasFields = /^[\x21-\x39\x3b-\x7e]+[ \t]*:/.test(block);
  const fields = hasFields ? headerFields(block) : [];
  const refusal = await authorRefusal(session, fields);
  if (refusal !== undefined) return { refusal };
  const { clock, hostName } = session.dependencies;
  const has = (name: string): boolean => fields.some((each) => each.name === name);
  const lines = [
    ...(has('date') ? [] : [`Date: ${formatInternetDate(clock.now())}`]),
    ...(has('message-id')
      ? []
      : [`Message-ID: <${clock.now()}.${randomBytes(8).toString('hex')}@${hostName}>`]),
    ...(has('from') ? [] : [`From: ${authorAddress(session)}`]),
  ];
  const isText = !hasFields && block !== '' && !block.startsWith('\r\n');
  return { added: lines.map((line) => `${line}\r\n`).join('') + (isText ? '\r\n' : '') };
}

const authorAddress = (session: Session): string => {
  const { reversePath = '' } = session.transaction ?? {};
  return reversePath === '' ? `${session.user?.userName.toLowerCase()}@${ownDomain(session)}` : reversePath;
};

/**
 * Who resends another's message stands in Resent-From: RFC 5322 §3.6.6. Its author may be anybody elsewhere, and nobody else here:
 * what leaves in the name of this host is signed by it.
 */
async function authorRefusal(session: Session, fields: readonly HeaderField[]): Promise<Reply | undefined> {
  if (mayBeAnybody(session)) return undefined;
  const authors = fields.filter(({ name }) => name === 'from');
  if (authors.length > 1) return reply(550, 'More than one From: field', '5.6.0');
  const senders = fields.filter(({ name }) => name === 'resent-from').slice(0, 1);
  for (const field of [...senders, ...authors]) {
    const mayBeElsewhere = field.name === 'from' && senders.length > 0;
    // Domains may be U-labels, in UTF-8: RFC 6532 §3.2.
    const addresses = mailboxList(Buffer.from(field.value, 'latin1').toString());
    if (addresses === undefined || addresses.length === 0)
      return reply(550, 'From: field cannot be read', '5.6.0');
    for (const address of addresses) {
      if (
        !(await isOwnAddress(session, address)) &&
        !(mayBeElsewhere && (await isElsewhere(session, address)))
      )
        return reply(550, `<${address}>... is not your address, From: field refused`, '5.7.1');
    }
  }
  return undefined;
}

const isElsewhere = async ({ dependencies }: Session, address: string): Promise<boolean> =>
  (await dependencies.recipients.verify(address)).kind === 'remote';
