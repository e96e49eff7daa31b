/** A session of JONES by imapflow, over TLS; and what a whole mail file looks like by IMAP. */
import { readFileSync } from 'node:fs';
import { ImapFlow } from 'imapflow';
import { PASSWORD, type ProgramNode } from './program-node.ts';

export async function connectImapflow(node: ProgramNode): Promise<ImapFlow> {
  const client = new ImapFlow({
    host: '127.0.0.1',
    port: node.node.port('IMAPS'),
    secure: true,
    servername: node.node.hostName,
    tls: { ca: readFileSync(node.certificateFile) },
    auth: { user: 'jones', pass: PASSWORD },
    qresync: true,
    logger: false,
  });
  await client.connect();
  return client;
}

export interface MailboxState {
  readonly path: string;
  readonly uidValidity: bigint;
  readonly uidNext: number;
  /** Moves with every change of a message. */
  readonly highestModseq: bigint | undefined;
  readonly messages: readonly {
    readonly uid: number;
    /** Sorted. */
    readonly flags: readonly string[];
    readonly subject: string;
    readonly text: string;
  }[];
}

/** All mailboxes, looked at in a way that changes nothing. */
export async function imapState(client: ImapFlow): Promise<readonly MailboxState[]> {
  const states: MailboxState[] = [];
  for (const { path } of await client.list()) {
    const { uidValidity, uidNext, highestModseq } = await client.mailboxOpen(path, { readOnly: true });
    const messages = await client.fetchAll('1:*', { flags: true, envelope: true, source: true });
    states.push({
      path,
      uidValidity,
      uidNext,
      highestModseq,
      messages: messages.map(({ uid, flags, envelope, source }) => ({
        uid,
        flags: [...(flags ?? [])].sort(),
        subject: envelope?.subject ?? '',
        text: (source ?? Buffer.of()).toString('latin1'),
      })),
    });
  }
  return states;
}
