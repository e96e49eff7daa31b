/**
 * The text of SET FORWARD as SMTP paths: `SMITH`, `NODE::SMITH`, `user@host`, `SMTP%"user@host"`, several with commas.
 * Source: vms-mail.md §5.1, §5.5; tcpip-smtp.md §5.1.
 */
import { isSmtpTransport, parseAddress, splitList } from '../addressing/index.ts';

/**
 * @param nodeName  this node: `NODE::SMITH` is then SMITH
 * @returns forward-paths and bare local names in order; undefined where a part cannot be reached by SMTP or MAIL
 */
export function forwardingPaths(text: string, nodeName: string): readonly string[] | undefined {
  const parts = splitList(text).map((part) => partPaths(part, nodeName));
  const paths = parts.flatMap((each) => each ?? []);
  return paths.length === 0 || parts.includes(undefined) ? undefined : paths;
}

function partPaths(part: string, nodeName: string): readonly string[] | undefined {
  const address = parseAddress(part);
  switch (address?.kind) {
    case 'user':
      return [address.userName];
    case 'node': {
      const isThisNode = address.node === nodeName.toUpperCase() || address.node === '0';
      return isThisNode ? partPaths(address.rest, nodeName) : undefined;
    }
    case 'transport':
      return isSmtpTransport(address.transport) ? address.addresses : undefined;
    case 'ambiguous':
      return [`${address.user}@${address.host}`];
    default:
      // A list of MAIL's own (`@file`) belongs to a user's directory, which the symbiont does not read.
      return undefined;
  }
}
