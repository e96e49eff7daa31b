/**
 * The sender as From: shows it: address, and personal name in quotes behind it. Source: vms-mail.md §3.4, §3.10, §5.1.
 */

/** `MYNODE::USER  "The Celestial Navigator"`: two blanks, as in the manuals' examples. */
export const senderText = (address: string, personalName: string | undefined): string =>
  personalName === undefined || personalName === ''
    ? address
    : `${address}  "${personalName.replaceAll('"', "'")}"`;

/** The two parts of a From: line; DIRECTORY and REPLY use the address alone. */
export function splitSender(from: string): { readonly address: string; readonly personalName: string } {
  const found = /^(.*\S)\s+"([^"]*)"$/s.exec(from);
  const address = found?.[1];
  // `SMTP%"a b@host"` is all address: its quotes are not closed before the blank.
  if (found === null || address === undefined || (address.split('"').length - 1) % 2 !== 0) {
    return { address: from, personalName: '' };
  }
  return { address, personalName: found[2] ?? '' };
}
