/** Verbs of one line: DATA's first half, RSET, NOOP, QUIT, and those the product does not do. tcpip-smtp.md §6.2 */
import { reply } from '../../smtp/reply.ts';
import { answer, type SmtpVerb } from './verb.ts';

export const data: SmtpVerb = {
  name: 'DATA',
  needsGreeting: true,
  help: 'DATA ... Text is collected, end with a single dot.',
  handle(session, argument) {
    if (argument !== '') return answer(reply(501, 'Syntax error in parameters or arguments', '5.5.4'));
    const { transaction } = session;
    // RFC 3030 §2, §3: chunks, and binary content, come by BDAT.
    if (transaction === undefined || transaction.isChunked === true || transaction.body === 'BINARYMIME')
      return answer(reply(503, 'Bad command sequence', '5.5.1'));
    if (transaction.forwardPaths.size === 0) {
      return answer(reply(503, 'No valid recipients preceded this', '5.5.1'));
    }
    return { reply: reply(354, 'Start mail input; end with <CRLF>.<CRLF>'), next: 'receiveData' };
  },
};

export const rset: SmtpVerb = {
  name: 'RSET',
  takesNothing: true,
  help: 'RSET ... Resets an SMTP session.',
  handle(session) {
    session.transaction = undefined;
    return answer(reply(250, 'OK', '2.0.0'));
  },
};

export const noop: SmtpVerb = {
  name: 'NOOP',
  // Deviation: V4.2 answers 500 to an argument; RFC 5321 §4.1.1.9 wants it ignored.
  help: "NOOP ... Don't do anything.",
  handle: () => answer(reply(250, 'OK', '2.0.0')),
};

export const quit: SmtpVerb = {
  name: 'QUIT',
  takesNothing: true,
  help: 'QUIT ... Ends the SMTP session.',
  handle: (session) => ({
    reply: reply(221, `${session.dependencies.hostName} Service closing transmission channel`, '2.0.0'),
    next: 'partWithClient',
  }),
};

const notImplemented = (name: string): SmtpVerb => ({
  name,
  handle: () => answer(reply(502, 'Command not implemented', '5.5.1')),
});

export const unimplemented: readonly SmtpVerb[] = ['SEND', 'SOML', 'SAML', 'TURN'].map(notImplemented);
