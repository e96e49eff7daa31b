/** VRFY, EXPN and HELP. Source: RFC 5321 §3.5, §4.1.1.6–8; texts tcpip-smtp.md §6.2. */
import { reply } from '../../smtp/reply.ts';
import { isStranger } from '../session.ts';
import { answer, type SmtpVerb } from './verb.ts';

/** The mailbox or name asked about, with or without angle brackets. */
const subject = (argument: string): string => argument.trim().replace(/^<(.*)>$/s, '$1');

export const vrfy: SmtpVerb = {
  name: 'VRFY',
  takesUtf8: true,
  needsUser: true,
  help: 'VRFY <recipient> ... Verifies local VMS user.',
  async handle(session, argument) {
    const name = subject(argument);
    if (name === '') return answer(reply(501, 'Syntax error in parameters or arguments', '5.5.4'));
    // Deviation: strangers learn nothing of who is here (RFC 5321 §7.3); V4.2 told everybody.
    if (isStranger(session))
      return answer(reply(252, 'Cannot verify, but will take a message for it', '2.5.0'));
    const found = await session.dependencies.recipients.verify(name);
    switch (found.kind) {
      case 'user':
        return answer(reply(250, `${found.userName} <${found.address}>`, '2.1.5'));
      case 'list':
        return answer(reply(250, `${found.name} is a mailing list`, '2.1.5'));
      case 'remote':
        return answer(reply(252, `${name} <${found.address}>`, '2.5.0'));
      case 'unknown':
        return answer(reply(550, 'Unknown user or disabled mailbox.', '5.1.1'));
    }
  },
};

export const expn: SmtpVerb = {
  name: 'EXPN',
  takesUtf8: true,
  needsUser: true,
  help: 'EXPN <recipient> ... Expands a distribution list.',
  async handle(session, argument) {
    const name = subject(argument);
    if (name === '') return answer(reply(501, 'Syntax error in parameters or arguments', '5.5.4'));
    if (isStranger(session)) return answer(reply(550, 'Address not local', '5.7.1'));
    const members = await session.dependencies.recipients.expand(name);
    if (members === undefined) return answer(reply(550, 'Address not local', '5.1.1'));
    if (members.length === 0) return answer(reply(250, `<${name}> List is empty.`, '2.1.5'));
    // A blank stands after the hyphen, as in the product.
    const last = members.length - 1;
    const lines = members.map((member, index) => (index === last ? `<${member}>` : ` <${member}>`));
    return answer({ code: 250, lines });
  },
};

/** HELP answers from the verbs' own texts. */
export const helpVerb = (verbs: () => readonly SmtpVerb[]): SmtpVerb => ({
  name: 'HELP',
  help: 'HELP ... Gives help information.',
  handle({ settings: { classic } }, argument) {
    if (argument === '') {
      return answer({
        code: 250,
        lines: [
          'SMTP commands supported by this site are:',
          `HELO, ${classic ? '' : 'EHLO, STARTTLS, AUTH, '}MAIL, RCPT, DATA, ${classic ? '' : 'BDAT, '}NOOP, HELP, EXPN, VRFY, QUIT, RSET`,
          'For more information use HELP <topic>.',
        ],
      });
    }
    const topic = verbs().find(
      (verb) => verb.name === argument.trim().toUpperCase() && !(classic && verb.isExtension === true),
    );
    return answer(reply(214, topic?.help ?? 'Help text not available', '2.0.0'));
  },
});
