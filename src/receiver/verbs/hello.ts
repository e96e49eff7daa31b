/** HELO and EHLO. Source: RFC 5321 §4.1.1.1; texts tcpip-smtp.md §6.2. */
import { type Reply, reply } from '../../smtp/reply.ts';
import { extensionLines } from '../extensions/index.ts';
import { clientName, type Session } from '../session.ts';
import { offeredBy } from './auth.ts';
import { answer, type SmtpVerb } from './verb.ts';
import { offeredXclient } from './xclient.ts';

/** Domain, address literal, or the other things clients really say; no blanks, nothing unprintable. */
const isName = (text: string): boolean => /^[\x21-\x7e]{1,255}$/.test(text);

function greet(session: Session, name: string, isExtended: boolean): string {
  session.greetedAs = name;
  session.isExtended = isExtended;
  session.transaction = undefined;
  return `${session.dependencies.hostName} Hello ${clientName(session)}, pleased to meet you`;
}

export const helo: SmtpVerb = {
  name: 'HELO',
  isOfLmtp: false,
  help: 'HELO ...  The HELO command initiates an SMTP session.',
  handle(session, argument) {
    if (!isName(argument)) return answer(syntaxError);
    return answer(reply(250, greet(session, argument, false)));
  },
};

const syntaxError = reply(501, 'Syntax error in parameters or arguments', '5.5.4');

// Deviation: V4.2 knows no EHLO; ours answers in the same voice. docs/deviations.md
export const ehlo: SmtpVerb = {
  name: 'EHLO',
  isExtension: true,
  isOfLmtp: false,
  help: 'EHLO ...  The EHLO command initiates an SMTP session with service extensions.',
  handle: (session, argument) =>
    answer(isName(argument) ? extensions(session, greet(session, argument, true)) : syntaxError),
};

/** RFC 2033 §4.1: as EHLO, in its place. */
export const lhlo: SmtpVerb = {
  name: 'LHLO',
  isExtension: true,
  isOfLmtp: true,
  help: 'LHLO ...  The LHLO command initiates an LMTP session.',
  handle: ehlo.handle,
};

/** @param first  the line before them */
function extensions(session: Session, first: string): Reply {
  const mechanisms = offeredBy(session);
  return {
    code: 250,
    lines: [
      first,
      'PIPELINING',
      `SIZE ${session.settings.messageSizeLimit}`,
      '8BITMIME',
      'ENHANCEDSTATUSCODES',
      'CHUNKING',
      'BINARYMIME',
      'DSN',
      // RFC 8689 §2: only where it can be kept already.
      ...(session.tls === undefined ? [] : ['REQUIRETLS']),
      // RFC 3207 §4.2: not again once it is in use.
      ...(session.tls === undefined && session.dependencies.tls.isAvailable ? ['STARTTLS'] : []),
      ...(mechanisms.length === 0 ? [] : [`AUTH ${mechanisms.join(' ')}`]),
      ...extensionLines(session),
      ...offeredXclient(session),
      'HELP',
    ],
  };
}
