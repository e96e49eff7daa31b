/**
 * BDAT: mail data in counted chunks. The octets follow whatever is said of the command, so they are read to their end in any case:
 * none of them is ever a command. Source: RFC 3030 §2.
 */
import { type Reply, reply } from '../../smtp/reply.ts';
import type { Session } from '../session.ts';
import type { Answer, SmtpVerb } from './verb.ts';

export const bdat: SmtpVerb = {
  name: 'BDAT',
  isExtension: true,
  help: 'BDAT size [LAST] ... Octets of the message follow.',
  handle(session, argument): Answer {
    const match = /^(\d{1,15})( LAST)?$/i.exec(argument.trim());
    // How many octets follow nobody knows: what comes next cannot be taken for commands.
    if (match === null)
      return { reply: reply(501, 'Syntax error in parameters or arguments', '5.5.4'), next: 'close' };
    const sizeBytes = Number(match[1]);
    const refusal = chunkRefusal(session);
    if (refusal !== undefined) {
      return { reply: refusal, next: 'receiveChunk', chunk: { sizeBytes, isLast: false, isDropped: true } };
    }
    return {
      reply: reply(250, `${sizeBytes} octets received`, '2.0.0'),
      next: 'receiveChunk',
      chunk: { sizeBytes, isLast: match[2] !== undefined, isDropped: false },
    };
  },
};

function chunkRefusal({ transaction }: Session): Reply | undefined {
  if (transaction === undefined) return reply(503, 'Bad command sequence', '5.5.1');
  if (transaction.forwardPaths.size === 0) return reply(503, 'No valid recipients preceded this', '5.5.1');
  return undefined;
}
