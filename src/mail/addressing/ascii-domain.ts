/** Domains of other alphabets as DNS and every mail system know them. Source: RFC 5891; RFC 6531 §3.2. */
import { toALabels } from '../../smtp/idna.ts';

/**
 * `anne@münchen.example` is `anne@xn--mnchen-3ya.example`. An address whose local part is not ASCII stays as it is: it
 * travels as UTF-8 whole (SMTPUTF8).
 */
export function withAsciiDomain(address: string): string {
  const at = address.lastIndexOf('@');
  const [localPart, domain] = [address.slice(0, at), address.slice(at + 1)];
  if (/^[\x00-\x7f]*$/.test(domain) || /[^\x00-\x7f]/.test(localPart)) return address;
  const ascii = toALabels(domain);
  return ascii === undefined ? address : `${localPart}@${ascii}`;
}
