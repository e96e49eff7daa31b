/**
 * A look at a message that has arrived, before it is taken: fields that speak in our name go, who sent it is checked
 * (SPF, DKIM, DMARC, ARC), and the policy says what comes of it. What is not known now, is no reproach.
 * Source: RFC 8601 §5, RFC 9989 §5.4 (DMARC), RFC 7372 (enhanced status codes).
 */
import { authenticationResults, claimsToBeFrom, type Verdict } from '../message-authentication/index.ts';
import { type ByteRange, headerFields } from '../mime/header-fields.ts';
import { type Reply, reply } from '../smtp/reply.ts';
import { isStranger, noteRefusal, type Session } from './session.ts';

/** The message as the client sent it: without the Received: field of ours. */
export interface ArrivedMessage {
  /** With the empty line; undefined: it does not end within any reason. */
  readonly header: Buffer | undefined;
  readonly body: () => Iterable<Uint8Array> | AsyncIterable<Uint8Array>;
}

export type Inspection =
  | { readonly refusal: Reply }
  | {
      /** Fields to stand before everything else. */
      readonly prefix: string;
      /** What goes, in order; places in the message as the client sent it. */
      readonly cuts: readonly ByteRange[];
    };

/** The symbiont files what carries it into that folder. Nobody but us says so. */
export const FOLDER_FIELD = 'X-VMS-Folder';

/** At once where nobody has to be asked. Rejects as the body does, when it cannot be read. */
export function inspect(session: Session, message: ArrivedMessage): Inspection | Promise<Inspection> {
  const isChecked = session.settings.checksSenders && isStranger(session);
  const { header } = message;
  if (header === undefined) {
    return isChecked
      ? { refusal: reply(552, 'Header section is too long', '5.3.4') }
      : { prefix: '', cuts: [] };
  }
  const cuts = forgedFields(header, session.dependencies.hostName);
  return isChecked ? checked(session, header, message.body, cuts) : { prefix: '', cuts };
}

const MAY_BE_FORGED = /^(authentication-results|x-vms-folder)[ \t]*:/im;

function forgedFields(header: Buffer, hostName: string): readonly ByteRange[] {
  const block = header.toString('latin1');
  if (!MAY_BE_FORGED.test(block)) return [];
  return headerFields(block).filter(
    ({ name, value }) =>
      name === FOLDER_FIELD.toLowerCase() ||
      (name === 'authentication-results' && claimsToBeFrom(hostName, value)),
  );
}

async function checked(
  session: Session,
  header: Buffer,
  body: ArrivedMessage['body'],
  cuts: readonly ByteRange[],
): Promise<Inspection> {
  const { dependencies, peer, greetedAs, transaction, settings } = session;
  const verdict = await dependencies.verifier.verify({
    address: peer.address,
    greetedAs: greetedAs ?? '',
    reversePath: transaction?.reversePath ?? '',
    header,
    body,
  });
  const action = dmarcAction(verdict, settings);
  const { authorDomain = '' } = verdict;
  if (action === 'reject') {
    noteRefusal(session, 'DMARC-Policy', { authorDomain, reversePath: transaction?.reversePath ?? '' });
    return {
      refusal: reply(550, `Message is refused as the DMARC policy of ${authorDomain} asks`, '5.7.26'),
    };
  }
  const results = authenticationResults(dependencies.hostName, verdict.results);
  if (action === 'accept') return { prefix: results, cuts };
  dependencies.log.info({ client: peer.address, authorDomain }, 'goes to quarantine: DMARC');
  return { prefix: `${folderField(settings.quarantineFolder)}${results}`, cuts };
}

const folderField = (folder: string): string => `${FOLDER_FIELD}: ${folder}\r\n`;

/** What the author's domain asks for, as far as the manager lets it. */
export function dmarcAction(
  { dmarc, policy, sealedBy }: Pick<Verdict, 'dmarc' | 'policy' | 'sealedBy'>,
  { dmarcPolicy, trustedSealers }: Session['settings'],
): 'accept' | 'quarantine' | 'reject' {
  if (dmarc !== 'fail' && dmarc !== 'permerror') return 'accept';
  if (policy === 'none' || dmarcPolicy === 'OBSERVE') return 'accept';
  // RFC 8617 §7.2.1: whom we trust has seen it pass before it was changed on its way.
  if (sealedBy !== undefined && trustedSealers.some((each) => each.toLowerCase() === sealedBy))
    return 'accept';
  return policy === 'reject' && dmarcPolicy === 'REJECT' ? 'reject' : 'quarantine';
}
