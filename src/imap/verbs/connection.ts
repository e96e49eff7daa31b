/** CAPABILITY, NOOP, LOGOUT, STARTTLS, COMPRESS, ENABLE. Source: RFC 9051 §6.1, §6.2.1, §6.3.1; RFC 4978. */
import { capabilities } from '../capabilities.ts';
import { type Extension, type Session, tellsModseq } from '../session.ts';
import { always, authenticated, type ImapVerb, no, notAuthenticated, ok } from './verb.ts';

const capability: ImapVerb = {
  states: always,
  obey(session, cursor, { say }) {
    cursor.end();
    say(`* CAPABILITY ${capabilities(session)}\r\n`);
    return ok('CAPABILITY completed');
  },
};

/** What has happened is told with the answer of every command. */
const noop: ImapVerb = {
  states: always,
  obey(_session, cursor) {
    cursor.end();
    return ok('NOOP completed');
  },
};

const logout: ImapVerb = {
  states: always,
  obey({ dependencies }, cursor, { say }) {
    cursor.end();
    say(`* BYE ${dependencies.hostName} IMAP server signing off\r\n`);
    return { ...ok('LOGOUT completed'), next: 'close' };
  },
};

const starttls: ImapVerb = {
  states: notAuthenticated,
  obey({ tls, dependencies }, cursor) {
    cursor.end();
    if (tls !== undefined) return { status: 'BAD', text: 'TLS is in use already.' };
    if (!dependencies.tls.isAvailable) return no('There is no certificate now.', 'UNAVAILABLE');
    return { ...ok('Begin TLS negotiation now'), next: 'startTls' };
  },
};

const compress: ImapVerb = {
  states: authenticated,
  obey(session, cursor) {
    cursor.space();
    const algorithm = cursor.atom().toUpperCase();
    cursor.end();
    if (algorithm !== 'DEFLATE') return no('There is no such compression here.');
    if (session.isCompressed) return no('Compression is active already.', 'COMPRESSIONACTIVE');
    session.isCompressed = true;
    return { ...ok('DEFLATE active'), next: 'compress' };
  },
};

const extensions: readonly Extension[] = ['CONDSTORE', 'QRESYNC', 'UTF8=ACCEPT', 'IMAP4REV2'];

const enable: ImapVerb = {
  states: authenticated,
  obey(session, cursor, { say }) {
    // A set: what is named twice is told once.
    const named = new Set<string>();
    do {
      cursor.space();
      named.add(cursor.atom().toUpperCase());
    } while (!cursor.isAtEnd);
    const fresh = [...named].filter((name) => {
      const extension = extensions.find((each) => each === name);
      return extension !== undefined && isFresh(session, extension);
    });
    for (const name of fresh) turnOn(session, name as Extension, say);
    say(`* ENABLED${fresh.map((name) => ` ${name.replace('IMAP4REV2', 'IMAP4rev2')}`).join('')}\r\n`);
    return ok('ENABLE completed');
  },
};

const isFresh = ({ enabled }: Session, extension: Extension): boolean => !enabled.has(extension);

/** RFC 7162 §3.1: told when the client shows that it understands, in the middle of a session, too. QRESYNC is more than CONDSTORE. */
function turnOn(session: Session, extension: Extension, say: (text: string) => void): void {
  if (extension === 'CONDSTORE' || extension === 'QRESYNC') becomeAware(session, say);
  session.enabled.add(extension);
  if (extension === 'QRESYNC') session.enabled.add('CONDSTORE');
}

export function becomeAware(session: Session, say: (text: string) => void): void {
  if (tellsModseq(session)) return;
  session.enabled.add('CONDSTORE');
  if (session.view !== undefined) say(`* OK [HIGHESTMODSEQ ${session.view.highestModseq}] Highest\r\n`);
}

export const connectionVerbs = {
  CAPABILITY: capability,
  NOOP: noop,
  LOGOUT: logout,
  STARTTLS: starttls,
  COMPRESS: compress,
  ENABLE: enable,
} as const;
