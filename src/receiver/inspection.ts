/**
 * A look at a message that has arrived, before it is taken: fields that speak in our name go, who sent it is checked
 * (SPF, DKIM, DMARC, ARC), and the policy says what comes of it. What is not known now, is no reproach.
 * Source: RFC 8601 §5, RFC 9989 §5.4 (DMARC), RFC 7372 (enhanced status codes).
 */
import { authenticationResults, claimsToBeFrom, type Verdict } from '../message-authentication/index.ts';
import { type ByteRange, headerFields } from '../mime/header-fields.ts';
import { type Reply, reply } from '../smtp/reply.ts';
import { refusalOfUnknown } from './greylisting.ts';
import { isStranger, noteRefusal, type Session } from './session.ts';
import { submitted } from './submission.ts';

/** The message as the client sent it: without the Received: field of ours. */
export interface ArrivedMessage {
  /** With the empty line; undefined: it does not end within any reason. */
  readonly header: Buffer | undefined;
  /** Of header and body. */
  readonly sizeBytes: number;
  readonly body: () => Iterable<Uint8Array> | AsyncIterable<Uint8Array>;
}

export type Inspection =
  | { readonly refusal: Reply }
  | {
      /** Fields to stand before everything else. */
      readonly prefix: string;
      /** Fields to stand behind our Received: field, before the message. */
      readonly added?: string;
      /** What goes, in order; places in the message as the client sent it. */
      readonly cuts: readonly ByteRange[];
    };

/** The symbiont files what carries it into that folder. Nobody but us says so. */
const FOLDER_FIELD = 'X-VMS-Folder';

/** At once where nobody has to be asked. Rejects as the body does, when it cannot be read. */
export function inspect(session: Session, message: ArrivedMessage): Inspection | Promise<Inspection> {
  const { checksSenders, filterUrl } = session.settings;
  const isChecked = (checksSenders || filterUrl !== undefined) && isStranger(session);
  const { header } = message;
  if (header === undefined) {
    return isChecked || session.user !== undefined
      ? { refusal: reply(552, 'Header section is too long', '5.3.4') }
      : { prefix: '', cuts: [] };
  }
  const cuts = forgedFields(header, session.dependencies.hostName);
  if (session.user !== undefined) return authenticated(session, header, cuts);
  return isChecked ? checked(session, { ...message, header }, cuts) : { prefix: '', cuts };
}

async function authenticated(
  session: Session,
  header: Buffer,
  cuts: readonly ByteRange[],
): Promise<Inspection> {
  const found = await submitted(session, header);
  return 'refusal' in found ? found : { prefix: '', added: found.added, cuts };
}

const MAY_BE_FORGED = /^(authentication-results|x-vms-folder|x-spam(-score)?)\s*:/im;
const OURS = new Set([FOLDER_FIELD.toLowerCase(), 'x-spam', 'x-spam-score']);

function forgedFields(header: Buffer, hostName: string): readonly ByteRange[] {
  const block = header.toString('latin1');
  if (!MAY_BE_FORGED.test(block)) return [];
  return headerFields(block).filter(
    ({ name, value }) =>
      OURS.has(name) || (name === 'authentication-results' && claimsToBeFrom(hostName, value)),
  );
}

type WithHeader = ArrivedMessage & { readonly header: Buffer };

async function checked(
  session: Session,
  message: WithHeader,
  cuts: readonly ByteRange[],
): Promise<Inspection> {
  const sender = session.settings.checksSenders ? await senderChecked(session, message) : nothingFound;
  if ('refusal' in sender) return sender;
  const filter = session.settings.filterUrl === undefined ? nothingFound : await filtered(session, message);
  if ('refusal' in filter) return filter;
  const folder =
    sender.isSuspicious || filter.isSuspicious
      ? `${FOLDER_FIELD}: ${session.settings.quarantineFolder}\r\n`
      : '';
  return { prefix: `${folder}${sender.fields}${filter.fields}`, cuts };
}

type Found = { readonly refusal: Reply } | { readonly fields: string; readonly isSuspicious: boolean };

const nothingFound = { fields: '', isSuspicious: false } as const;

async function senderChecked(session: Session, { header, body }: WithHeader): Promise<Found> {
  const { dependencies, peer, greetedAs, transaction, settings } = session;
  const reversePath = transaction?.reversePath ?? '';
  const verdict = await dependencies.verifier.verify({
    address: peer.address,
    greetedAs: greetedAs ?? '',
    reversePath,
    header,
    body,
  });
  const action = dmarcAction(verdict, settings);
  const { authorDomain = '' } = verdict;
  if (action === 'reject' && verdict.mayPassLater) {
    // RFC 7489 §6.6.2 leaves it to us: what fails for want of an answer is not refused for good.
    return {
      refusal: reply(451, `Name servers of ${authorDomain} do not answer, try again later`, '4.4.3'),
    };
  }
  if (action === 'reject') {
    noteRefusal(session, 'DMARC-Policy', { authorDomain, reversePath });
    return {
      refusal: reply(550, `Message is refused as the DMARC policy of ${authorDomain} asks`, '5.7.26'),
    };
  }
  const fields = authenticationResults(dependencies.hostName, verdict.results);
  if (action === 'quarantine')
    dependencies.log.info({ client: peer.address, authorDomain }, 'goes to quarantine: DMARC');
  return { fields, isSuspicious: action === 'quarantine' };
}

async function filtered(session: Session, { header, body, sizeBytes }: WithHeader): Promise<Found> {
  const { dependencies, peer, greetedAs, transaction, settings } = session;
  const reversePath = transaction?.reversePath ?? '';
  const verdict = await dependencies.filter?.judge(
    settings.filterUrl ?? '',
    {
      address: peer.address,
      greetedAs,
      reversePath,
      forwardPaths: [...(transaction?.forwardPaths.keys() ?? [])],
      sizeBytes,
      header,
      body,
    },
    settings.filterTimeoutMs,
  );
  if (verdict === undefined) return nothingFound;
  const { action, score, text } = verdict;
  const fields = score === undefined ? '' : `X-Spam-Score: ${score.toFixed(2)}\r\n`;
  switch (action) {
    case 'reject':
      noteRefusal(session, 'Filter', { reversePath, score: String(score) });
      return { refusal: reply(550, text ?? 'Message is refused', '5.7.1') };
    case 'tryLater':
      return { refusal: reply(451, text ?? 'Message is not taken now, try again later', '4.7.1') };
    case 'mark':
      return { fields: `X-Spam: Yes\r\n${fields}`, isSuspicious: true };
    case 'greylist': {
      const [forwardPath = ''] = transaction?.forwardPaths.keys() ?? [];
      const notYet = refusalOfUnknown(session, forwardPath);
      return notYet === undefined ? { fields, isSuspicious: false } : { refusal: notYet };
    }
    case 'accept':
      return { fields, isSuspicious: false };
    default:
      return action satisfies never;
  }
}

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
