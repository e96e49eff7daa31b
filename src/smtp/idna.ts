/**
 * Domains with letters beyond ASCII: U-labels for people and for SMTPUTF8, A-labels for the DNS and wherever domains are
 * compared. Source: RFC 5890, RFC 5891; UTS #46, nontransitional, with all its checks (tr46).
 */
import type * as Tr46 from 'tr46';

/** Its table costs 20 ms, and hardly a process meets such a domain: loaded by the first one. */
let loaded: typeof Tr46 | undefined;
const tr46 = (): typeof Tr46 => {
  loaded ??= process.getBuiltinModule('node:module').createRequire(import.meta.url)('tr46') as typeof Tr46;
  return loaded;
};

const strict = {
  checkBidi: true,
  checkHyphens: true,
  checkJoiners: true,
  transitionalProcessing: false,
  useSTD3ASCIIRules: true,
};

/**
 * The domain in A-labels, lower case: `Bücher.example` is `xn--bcher-kva.example`. One in ASCII is only made lower case:
 * hosts with underscores are met, and are none of IDNA's business.
 * @returns undefined for what IDNA knows as no domain, and for what would look like an address, as `１２７.0.0.1` would
 */
export function toALabels(domain: string): string | undefined {
  if (isAscii(domain)) return domain.toLowerCase();
  const labels = tr46().toASCII(domain, { ...strict, verifyDNSLength: true });
  return labels === null || /(?:^|\.)\d+$/.test(labels) ? undefined : labels;
}

const isAscii = (text: string): boolean => /^[\x00-\x7f]*$/.test(text);
