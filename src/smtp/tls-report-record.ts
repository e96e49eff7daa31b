/**
 * Where reports about TLS are wanted: `v=TLSRPTv1; rua=mailto:a@b.example,https://b.example/x`. A record is a stranger's: of places
 * no more are believed than anybody needs, and none that leads back into a host or its network by its name alone.
 * Source: RFC 8460 §3; RFC 6068 (mailto), whose header fields are not taken.
 */
import { parseMailbox } from './path.ts';
import { isPublicAddress } from './public-address.ts';

export type ReportPlace =
  | { readonly kind: 'mail'; readonly forwardPath: string }
  | { readonly kind: 'web'; readonly uri: string };

const PLACES_AT_MOST = 4;
const LONGEST_RECORD = 4_096;
const LONGEST_URI = 1_024;

/** @returns the URIs of places that can be used; undefined unless exactly one of the records is one */
export function tlsReportUris(records: readonly string[]): readonly string[] | undefined {
  const found = records.filter((each) => /^v=TLSRPTv1[ \t]*;/.test(each));
  const [record] = found;
  if (record === undefined || found.length > 1 || record.length > LONGEST_RECORD) return undefined;
  const rua = record
    .split(';')
    .map((field) => /^[ \t]*rua=(.*)$/s.exec(field)?.[1])
    .find((value) => value !== undefined);
  if (rua === undefined) return undefined;
  // RFC 8460 §3: commas within a URI are written %2C.
  const uris = rua.split(',').map((each) => each.trim());
  return [...new Set(uris)].filter((each) => reportPlace(each) !== undefined).slice(0, PLACES_AT_MOST);
}

/** @returns undefined for what is no place for a report */
export function reportPlace(uri: string): ReportPlace | undefined {
  if (uri.length > LONGEST_URI || /[^\x21-\x7e]/.test(uri)) return undefined;
  if (/^mailto:/i.test(uri)) return mailPlace(uri);
  if (!/^https:/i.test(uri) || !URL.canParse(uri)) return undefined;
  const { username, password, hostname } = new URL(uri);
  if (username !== '' || password !== '' || hostname === '') return undefined;
  const address = hostname.replace(/^\[|\]$/g, '');
  const isAddress = hostname.startsWith('[') || /^[\d.]+$/.test(hostname);
  return isAddress && !isPublicAddress(address) ? undefined : { kind: 'web', uri };
}

/** RFC 6068 §2: `mailto:` to [ `?` hfields ]; one address. */
function mailPlace(uri: string): ReportPlace | undefined {
  const to = decoded(uri.slice('mailto:'.length).replace(/\?.*$/s, ''));
  const mailbox = to === undefined ? undefined : parseMailbox(to);
  if (to === undefined || mailbox === undefined || typeof mailbox === 'string') return undefined;
  // Neither a route through somebody, nor an address literal: the DNS says where mail for a domain goes.
  if (/[%!"]/.test(mailbox.localPart) || !/^[^[]+\.[^[]+$/.test(mailbox.domain)) return undefined;
  return { kind: 'mail', forwardPath: to };
}

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
