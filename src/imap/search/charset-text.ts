/** Strings of a search in the charset the client says. Source: RFC 9051 §6.4.4; RFC 2978 for the names. */
import { decodeCharset } from '../../mime/index.ts';
import { SyntaxFault } from '../syntax/cursor.ts';

export type CharsetText = (octets: Uint8Array) => string;

/** Told in [BADCHARSET]. */
export const SEARCH_CHARSETS = 'UTF-8 US-ASCII ISO-8859-1';

/** UTF-8, and ASCII with it; what is neither is no text. */
export const unicodeText: CharsetText = (octets) => {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(octets);
  } catch {
    throw new SyntaxFault('A text is not in its charset.');
  }
};

/** Undefined for a charset that is not known. */
export function charsetText(name: string): CharsetText | undefined {
  if (/^(?:utf-?8|us-ascii|ascii)$/i.test(name)) return unicodeText;
  if (!isKnown(name)) return undefined;
  return (octets) => decodeCharset(octets, name);
}

function isKnown(name: string): boolean {
  if (/^(?:cs)?dec[-_]?mcs$/i.test(name)) return true;
  try {
    new TextDecoder(name);
    return true;
  } catch {
    return false;
  }
}
