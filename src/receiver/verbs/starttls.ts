/** STARTTLS. Source: RFC 3207 §4. */
import { reply } from '../../smtp/reply.ts';
import { answer, type SmtpVerb } from './verb.ts';

export const startTls: SmtpVerb = {
  // Before EHLO too: the session begins anew anyway, and gsasl does it.
  name: 'STARTTLS',
  isExtension: true,
  help: 'STARTTLS ... Goes on under TLS.',
  handle(session, argument) {
    if (argument !== '') return answer(reply(501, 'Syntax error (no parameters allowed)', '5.5.4'));
    if (session.tls !== undefined) return answer(reply(503, 'TLS is active already', '5.5.1'));
    if (!session.dependencies.tls.isAvailable)
      return answer(reply(454, 'TLS not available due to temporary reason', '4.7.0'));
    return { reply: reply(220, 'Ready to start TLS', '2.0.0'), next: 'startTls' };
  },
};
