/** Whether mail of a sender is taken: unqualified, Reject- and Accept-Mail-From, unresolvable. Source: tcpip-smtp.md §3.3. */
import { toALabels } from '../smtp/idna.ts';
import type { Mailbox } from '../smtp/path.ts';
import type { PolicyEvent } from './policy-event.ts';
import type { ReceiverSettings } from './receiver-settings.ts';
import type { Session } from './session.ts';

export type SenderVerdict = PolicyEvent | 'accept' | 'tryLater';

/** Answers at once where no name server has to be asked. @param mailbox  undefined: the null reverse-path */
export function senderVerdict(
  session: Session,
  path: string,
  mailbox: Mailbox | undefined,
): SenderVerdict | Promise<SenderVerdict> {
  const { settings } = session;
  if (mailbox === undefined) return 'accept';
  const isUnqualified = mailbox.domain === '';
  if (isUnqualified && !settings.acceptUnqualifiedSenders && !/^postmaster$/i.test(path))
    return 'Unqualified-Sender';
  if (isRejected(path, settings)) return 'Reject-Mail-From';
  if (isUnqualified || settings.acceptUnresolvableDomains || mailbox.domain.startsWith('[')) return 'accept';
  return resolvable(session, mailbox.domain);
}

function isRejected(path: string, { rejectMailFrom, acceptMailFrom }: ReceiverSettings): boolean {
  const matches = (patterns: readonly string[]): boolean =>
    patterns.some((each) => matchesPattern(path, each));
  return matches(rejectMailFrom) && !matches(acceptMailFrom);
}

/**
 * `*` any string, `%` one character, case does not matter. In time proportional to both lengths at most: a pattern of the
 * manager meets an address of a stranger.
 */
function matchesPattern(text: string, pattern: string): boolean {
  const [subject, wanted] = [text.toLowerCase(), pattern.toLowerCase()];
  let [at, inPattern, afterStar, starAt] = [0, 0, -1, 0];
  while (at < subject.length) {
    if (wanted[inPattern] === '*') {
      afterStar = ++inPattern;
      starAt = at;
    } else if (
      inPattern < wanted.length &&
      (wanted[inPattern] === '%' || wanted[inPattern] === subject[at])
    ) {
      inPattern++;
      at++;
    } else if (afterStar !== -1) {
      inPattern = afterStar;
      at = ++starAt;
    } else return false;
  }
  while (wanted[inPattern] === '*') inPattern++;
  return inPattern === wanted.length;
}

async function resolvable({ dependencies }: Session, domain: string): Promise<SenderVerdict> {
  const { resolver, recipients } = dependencies;
  if ((await recipients.check(`postmaster@${domain}`)) === 'local') return 'accept';
  const name = toALabels(domain) ?? domain;
  const mx = await resolver.mx(name);
  if (mx.kind === 'found') return 'accept';
  const addresses = await resolver.addresses(name);
  if (addresses.kind === 'found') return 'accept';
  return mx.kind === 'temporary' || addresses.kind === 'temporary' ? 'tryLater' : 'Unresolvable-Domain';
}
