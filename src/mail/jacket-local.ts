/**
 * JACKET_LOCAL: users of this node stand at To: and CC: of arriving mail as other hosts would write to them. MIME clients answer
 * such addresses, where they make nothing of `JONES`. Source: tcpip-smtp.md §4, §7.2.
 */
import { ADDRESS_TEXT_LIMIT, parseAddress, smtpJacket, splitList } from './addressing/index.ts';
import { firstMailbox } from './internet-header.ts';
import { canonicalDomain } from './routing/address-parts.ts';

/** @param text  of To: or CC:, as `mailHeader` has it; what is nobody of this node stays as it is */
export async function jacketLocal(
  text: string,
  node: { readonly hostName: string; readonly isLocal: (domain: string) => Promise<boolean> },
): Promise<string> {
  const parts = await Promise.all(
    splitList(text).map(async (part) => {
      const address = parseAddress(part);
      if (address?.kind === 'user') return smtpJacket(`${address.userName.toLowerCase()}@${node.hostName}`);
      if (address !== undefined && address.kind !== 'ambiguous') return part;
      const mailbox = address === undefined ? firstMailbox(part)?.address : `${address.user}@${address.host}`;
      if (mailbox === undefined) return part;
      const domain = canonicalDomain(mailbox.slice(mailbox.lastIndexOf('@') + 1));
      return (await node.isLocal(domain)) ? smtpJacket(mailbox) : part;
    }),
  );
  return parts.join(', ').slice(0, ADDRESS_TEXT_LIMIT);
}
