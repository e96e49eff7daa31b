/**
 * ETRN: a host that has been away asks for its mail, which is tried at once, over the usual routes: never over this
 * connection. Only who may relay is heard. Source: RFC 1985; SEND MAIL/DESTINATION does the same for operators.
 */
import { toALabels } from '../../smtp/idna.ts';
import { parseMailbox } from '../../smtp/path.ts';
import { reply } from '../../smtp/reply.ts';
import { isStranger } from '../session.ts';
import { answer, type SmtpVerb } from './verb.ts';

/** It acts for the system, on the queue of the node. */
const caller = { userName: 'TCPIP$SMTP', privileges: ['OPER'] } as const;

export const etrn: SmtpVerb = {
  name: 'ETRN',
  isExtension: true,
  needsUser: true,
  needsGreeting: true,
  help: 'ETRN <domain> ... Sends the mail that waits for a domain.',
  async handle(session, argument) {
    // RFC 1985 §5.1: not within a transaction.
    if (session.transaction !== undefined) return answer(reply(503, 'Bad command sequence', '5.5.1'));
    const domain = argument.trim();
    const isDomain = typeof parseMailbox(`postmaster@${domain}`) !== 'string' && !domain.startsWith('[');
    // Subdomains (`@domain`) and queues by name (`#name`) are options of the server. RFC 1985 §5.2
    if (!isDomain) return answer(reply(501, 'Syntax error in parameters or arguments', '5.5.4'));
    if (isStranger(session))
      return answer(reply(459, `Node ${domain} not allowed: you may not ask`, '4.7.1'));
    const { queueManager } = session.dependencies;
    // What its sender wants held is not his host's to release. RFC 4865
    const selection = { destination: toALabels(domain) ?? domain, wasTried: true };
    const count = (await queueManager.sendMail?.(selection, caller)) ?? 0;
    return answer(
      count === 0
        ? reply(251, `OK, no messages waiting for node ${domain}`, '2.0.0')
        : reply(253, `OK, ${count} pending messages for node ${domain} started`, '2.0.0'),
    );
  },
};
