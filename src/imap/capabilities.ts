/** What the server can do, as the session stands now. Source: RFC 9051 §6.1.1, §7.2.2. */
import { offeredMechanisms } from '../system/sasl-policy.ts';
import type { Session } from './session.ts';

/** Told to everybody. */
const always = 'IMAP4rev1 IMAP4rev2 LITERAL+ SASL-IR ID ENABLE IDLE';
/** Of use after a login; told before it, too, to those who ask only once. */
const ofFolders = [
  'NAMESPACE',
  'UIDPLUS',
  'MOVE',
  'UNSELECT',
  'CHILDREN',
  'LIST-EXTENDED',
  'LIST-STATUS',
  'SPECIAL-USE',
  'STATUS=SIZE',
  'ESEARCH',
  'SEARCHRES',
  'SORT',
  'SORT=DISPLAY',
  'THREAD=ORDEREDSUBJECT',
  'THREAD=REFERENCES',
  'WITHIN',
  'CONDSTORE',
  'QRESYNC',
  'BINARY',
  'MULTIAPPEND',
  'UTF8=ACCEPT',
  'OBJECTID',
  'PREVIEW',
  'QUOTA',
  'QUOTA=RES-STORAGE',
  'METADATA-SERVER',
];

export function capabilities(session: Session): string {
  const { login, tls, settings, dependencies, isCompressed } = session;
  if (login !== undefined) {
    const compress = isCompressed ? [] : ['COMPRESS=DEFLATE'];
    return [always, ...ofFolders, ...compress, `APPENDLIMIT=${settings.appendLimit}`].join(' ');
  }
  const mechanisms = offeredMechanisms(settings, tls).map(({ name }) => `AUTH=${name}`);
  const startTls = tls === undefined && dependencies.tls.isAvailable ? ['STARTTLS'] : [];
  return [always, ...startTls, ...mechanisms, ...(lacksLogin(session) ? ['LOGINDISABLED'] : [])].join(' ');
}

/** LOGIN says a password, and that goes in clear where nothing encrypts it. RFC 9051 §6.2.3 */
export const lacksLogin = ({ tls, settings }: Pick<Session, 'tls' | 'settings'>): boolean =>
  tls === undefined && !settings.authWithoutTls;
