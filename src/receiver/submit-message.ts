/** The message that came in, handed to the queue manager. Source: RFC 5321 §4.1.1.4, §6.1. */
import { isCondition, JBC } from '../condition/index.ts';
import type { MessageText } from '../ports/message-text.ts';
import { type Reply, reply } from '../smtp/reply.ts';
import { requestsOf } from './delivery-requests.ts';
import type { MailTransaction, Session } from './session.ts';
import { failureReply } from './storage-failure.ts';

/** Whether the queue manager has the message is not known. ports/queue-manager.ts */
const isUncertain = (error: unknown): boolean => isCondition(error) && error.value === JBC.JOBQUEDIS.value;

/** What the client is told: success only when message and envelope are on stable storage. Rejects for nothing. */
export async function submitMessage(
  session: Session,
  transaction: MailTransaction,
  text: MessageText,
): Promise<Reply> {
  const { dependencies, user, peer, greetedAs } = session;
  const { asked, body } = transaction;
  try {
    await dependencies.queueManager.submit({
      envelope: {
        reversePath: transaction.reversePath,
        forwardPaths: [...transaction.forwardPaths.keys()],
        // Binary content is none any more: what it has become its bytes say.
        ...(body === undefined || body === 'BINARYMIME' ? {} : { body }),
        ...(asked.smtpUtf8 === undefined ? {} : { smtpUtf8: true }),
        ...requestsOf(transaction),
      },
      text,
      ...(asked.after === undefined ? {} : { after: asked.after }),
      ...(asked.priority === undefined ? {} : { priority: asked.priority }),
      userName: user?.userName ?? 'TCPIP$SMTP',
      source: `[${peer.address}] ${greetedAs ?? ''}`.trimEnd(),
    });
  } catch (error) {
    // Lost on the way to the queue manager, it may have been taken: an entry whose text is gone helps nobody.
    if (text.kind === 'file' && !isUncertain(error))
      await dependencies.spool.remove(text.spoolId).catch(() => {});
    return failureReply(error, dependencies);
  }
  dependencies.storage.worked();
  return reply(250, 'OK', '2.0.0');
}
